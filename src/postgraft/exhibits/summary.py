"""Tables of counts with their denominators, of the readings used, and of what no extract can answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from postgraft.analysis.duration import stretch_ends, stretch_length
from postgraft.analysis.protocol_in_words import changes_in_words
from postgraft.api import Outcome, side_by_side
from postgraft.evaluation.stretches import first_day_asked
from postgraft.exhibits.figure import counted, number, percent
from postgraft.exhibits.labels import DENOMINATORS, MEASURES, ending, label
from postgraft.exhibits.tables import Table, or_withheld, rows, table

POSSIBLE = (
    "Possible, or not ruled out: not eligible, but no criterion is failed on so many consecutive days; some are "
    "unknown. "
    "Documentation missing: on such a day the cytopenia and the incomplete response are certain. "
    "Diagnosis open: they are not."
)
SIDE_BY_SIDE = ("eligible", "possible_documentation", "possible_diagnosis", "eligible_or_possible")


def summary_table(outcome: Outcome) -> Table:
    """The counts of a summary, each with the denominator of its share, for the protocol's length of stretch."""
    frame, length = outcome.summary(), outcome.protocol.eligible_days_min
    day_min = first_day_asked(outcome.protocol)
    stretch = frame["measure"].isin({*SIDE_BY_SIDE, "possible"})
    frame, stretch = (kept[~stretch | (frame["days"] == length)] for kept in (frame, stretch))
    shown = pd.DataFrame(
        {
            "group": [
                f"On {length} consecutive day{'s' if length > 1 else ''}" if in_stretch else "Patients"
                for in_stretch in stretch
            ],
            "measure": [MEASURES[name].format(days=day_min) for name in frame["measure"]],
            "count": frame["count"],
            "of": frame["of"],
            "denominator": [
                "" if pd.isna(name) else DENOMINATORS[name].format(days=day_min) for name in frame["denominator"]
            ],
            "share": [percent(share, of) for share, of in zip(frame["share"], frame["of"], strict=True)],
        }
    )
    return table(
        shown,
        f"{outcome.extract.name}: patients, eligible and possible",
        {"measure": "Measure", "count": "Patients", "share": "Share", "of": "Of", "denominator": "patients"},
        (f"The protocol asks for {length} consecutive days with all criteria met.", POSSIBLE),
        group="group",
        numbers=("count", "share", "of"),
    )


def amendments_table(base: Outcome, amended: Mapping[str, Outcome]) -> Table:
    """Eligible and possible patients under the base protocol and each amendment, and what each one changes."""
    outcomes = {"base": base, **amended} if amended else {}
    changes = tuple(f"{name}: {changes_in_words(outcome.protocol)}." for name, outcome in amended.items())
    return side_by_side_table(outcomes, "Amendments", "No amendment was given to this report.", changes)


def side_by_side_table(
    outcomes: Mapping[str, Outcome], title: str, empty: str = "None.", notes: Sequence[str] = ()
) -> Table:
    """Eligible and possible patients of several outcomes, a row for each length of stretch."""
    frame = side_by_side(outcomes)
    chosen = frame[frame["measure"].isin(SIDE_BY_SIDE) & (frame["denominator"] == "transplanted")]
    ordered = chosen.assign(protocol=pd.Categorical(chosen["protocol"], list(outcomes)))
    counts = ordered.pivot(index=["protocol", "days"], columns="measure", values="count")
    counts = counts.reindex(columns=SIDE_BY_SIDE).reset_index()
    counts["days"] = [str(days) for days in counts["days"]]
    sizes = sorted(set(chosen["of"]))
    return table(
        counts,
        title,
        {"days": "Consecutive days", **{name: MEASURES[name] for name in SIDE_BY_SIDE}},
        (*notes, *(f"Of {counted(size, 'patient')} with an allogeneic transplant." for size in sizes), POSSIBLE),
        group="protocol",
        numbers=SIDE_BY_SIDE,
        empty=empty,
    )


@or_withheld
def stretch_table(outcome: Outcome) -> Table:
    """What ends the first eligible stretches, with their length in the notes."""
    ends, [length] = stretch_ends(outcome), rows(stretch_length(outcome))
    how = {"failed": "A criterion is failed", "unknown": "A criterion is no longer known", "unseen": "Observation ends"}
    shown = ends.assign(how=ends["ended_by"].map(how), what=[ending(row.ended_by, row.reason) for row in rows(ends)])
    lengths = (
        f"Length: median {length.median:.4g} days, quartiles {length.q1:.4g} and {length.q3:.4g}, shortest "
        f"{length.shortest:g}, longest {length.longest:g}, in {counted(length.patients, 'eligible patient')}. "
        f"Stretches that ended because observation did ({number(length.unseen)}) count with the days that were seen."
    )
    return table(
        shown,
        "What ends the first eligible stretch",
        {"how": "How", "what": "What", "patients": "Patients", "share": "Share"},
        (lengths,) if length.patients else (),
        numbers=("patients", "share"),
        empty="No patient is eligible.",
        texts={"share": percent},
    )


def verdict_table(shares: pd.DataFrame) -> Table:
    """The numbers behind the bars of verdicts: patients by best verdict, and observed days where they are given."""
    patients = shares[(shares["population"] == "observed") & (shares["unit"] == "patients")]
    days = shares[shares["unit"] == "days"]
    order = list(patients["criterion"].unique())
    wide = patients.pivot(index="criterion", columns="verdict", values="count").reindex(order)
    share = days.pivot(index="criterion", columns="verdict", values="share").reindex(order)
    shown = pd.DataFrame({"criterion": [label(name) for name in order]})
    verdicts = {"PASS": "met", "UNKNOWN": "unknown", "FAIL": "failed"}
    columns = {f"patients_{verdict}": f"Patients: {words}" for verdict, words in verdicts.items()}
    for verdict in verdicts:
        shown[f"patients_{verdict}"] = wide[verdict].to_numpy()
    said = f"Patients by their best verdict on an observed day, of {number(patients['of'].iloc[0])}."
    if len(days):
        columns |= {f"days_{verdict}": f"Days: {words}" for verdict, words in verdicts.items()}
        for verdict in verdicts:
            shown[f"days_{verdict}"] = [percent(value) for value in share[verdict]]
        said = f"{said} Days: share of {counted(days['of'].max(), 'observed day')}."
    return table(shown, "Verdicts by criterion", {"criterion": "Criterion", **columns}, (said,), numbers=tuple(columns))


def readings_table(used: pd.DataFrame) -> Table:
    """Which reading of each ambiguous statement was used; ``used`` as of ``postgraft.readings_used``."""
    shown = used.assign(
        statements=used["statements"].str.replace("_", " "),
        reading=[f"{row.reading}: {row.meaning}" if row.meaning else row.reading for row in rows(used)],
    )
    return table(
        shown,
        "Readings used",
        {
            "statements": "Statements",
            "ambiguity": "What the record leaves open",
            "reading": "Reading used",
            "alternatives": "Other readings",
            "parameter": "Parameter",
        },
        widths={"statements": "14%", "ambiguity": "30%", "reading": "27%", "alternatives": "13%", "parameter": "16%"},
        notes=("Statements are numbered in registry order, I inclusion, E exclusion.",),
    )


def not_answerable_table(found: pd.DataFrame) -> Table:
    """What is taken in place of an answer; ``found`` as of ``postgraft.not_answerable``."""
    return table(
        found,
        "What no extract can answer",
        {
            "criterion": "Criterion",
            "statements": "Statements",
            "left_open": "What is left open",
            "counted_as": "Counted as",
        },
        widths={"criterion": "18%", "statements": "14%", "left_open": "40%", "counted_as": "28%"},
        texts={"criterion": label},
        notes=("Whoever is counted as eligible here may still be kept out by one of these at enrolment.",),
    )
