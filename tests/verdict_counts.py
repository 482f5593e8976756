"""Counts of verdicts by criterion, side by side for a test."""

import pandas as pd

from postgraft.analysis.breakdowns import verdict_shares
from postgraft.api import Outcome


def by_criterion(outcome: Outcome) -> pd.DataFrame:
    """A row a criterion in protocol order; columns patients_pass, …, days_fail, of all observed patients."""
    counts = verdict_shares(outcome).query("population == 'observed'")
    counts = counts.assign(column=counts["unit"] + "_" + counts["verdict"].str.lower())
    order = counts["criterion"].drop_duplicates()
    return counts.pivot(index="criterion", columns="column", values="count").loc[order]
