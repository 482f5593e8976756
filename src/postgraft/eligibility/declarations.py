"""What each declaration of completeness in the manifest changes: a declaration is the site's word, not data."""

from dataclasses import replace

import pandas as pd

from postgraft.eligibility.computability import needs
from postgraft.eligibility.evaluation import evaluate
from postgraft.extract import Extract
from postgraft.extract.manifest import Completeness
from postgraft.protocol import Protocol
from postgraft.vocabulary.text import TEXT


def declarations(extract: Extract, protocol: Protocol) -> pd.DataFrame:
    """A row per table that the manifest declares complete, for ``conditions`` whole or in part.

    Columns, all text: declaration; patients (how many have another status without it); without (the counts without it,
    and with it); criteria (which ask for it).
    """
    asked = needs(extract, protocol).query("complete == True")
    asked = asked.assign(criterion=asked["criterion"].str.split(".").str[0])
    asked = asked[~asked["criterion"].isin(protocol.dropped)]
    table = asked["need"].where(asked["kind"] == "table", "conditions")
    declared = extract.complete
    names = sorted(declared.tables) + ["conditions"] * bool(declared.conditions - declared.tables)
    base = evaluate(extract, protocol).patients["status"]
    rows = []
    for name in dict.fromkeys(names):
        without = evaluate(_without(extract, name), protocol).patients["status"]
        counts = [
            f"{(one == 'eligible').sum()} eligible, {(one == 'possible').sum()} possible"
            for one in (without, base)
        ]
        rows.append(
            {
                "declaration": name,
                "patients": f"{(without != base).sum()} of {len(base)} patients",
                "without": f"{counts[0]}, with it {counts[1]}",
                "criteria": ", ".join(dict.fromkeys(asked.loc[table == name, "criterion"])),
            }
        )
    return pd.DataFrame(rows, columns=["declaration", "patients", "without", "criteria"], dtype=TEXT)


def _without(extract: Extract, name: str) -> Extract:
    complete = extract.complete
    conditions = frozenset() if name == "conditions" else complete.conditions
    manifest = replace(extract.contents.manifest, complete=Completeness(complete.tables - {name}, conditions))
    return replace(extract, contents=replace(extract.contents, manifest=manifest))
