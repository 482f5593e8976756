"""Tables of counts with their denominators, of the readings used, and of what no extract can answer."""

from __future__ import annotations

import pandas as pd

from postgraft.analysis.duration import stretch_ends, stretch_length
from postgraft.api import Outcome, Readings, side_by_side
from postgraft.evaluation.stretches import first_day_asked
from postgraft.exhibits.figure import counted, number, percent
from postgraft.exhibits.labels import DENOMINATORS, MEASURES, ending, label
from postgraft.exhibits.tables import Table, or_withheld, rows, table

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
        "All counts",
        {"measure": "Measure", "count": "Patients", "share": "Share", "of": "Of", "denominator": "patients"},
        group="group",
        numbers=("count", "share", "of"),
    )


def readings_side_by_side(outcomes: Readings) -> Table:
    """Eligible and not ruled out patients under each reading and answer of the sponsor, by length of stretch."""
    named = {
        **outcomes.by_reading,
        **{f"sponsor's agreement {name}": one for name, one in outcomes.by_agreement.items()},
    }
    frame, days = side_by_side(named), outcomes.base.protocol.eligible_days_min
    chosen = frame[(frame["denominator"] == "transplanted") & frame["measure"].isin(("eligible", "possible"))]
    lengths = sorted({int(one) for one in chosen["days"]})
    shown = pd.DataFrame({"protocol": list(named)})
    columns = {"protocol": "Reading"}
    for measure, said in (("eligible", "Eligible"), ("possible", "Not ruled out")):
        for length in lengths if measure == "eligible" else [days]:
            own = chosen[(chosen["measure"] == measure) & (chosen["days"] == length)].set_index("protocol")["count"]
            shown[f"{measure}_{length}"] = [own[name] for name in named]
            columns[f"{measure}_{length}"] = f"{said}, {length} day{'s' if length > 1 else ''}"
    of = chosen["of"].iloc[0]
    note = f"Of {counted(of, 'patient')} with an allogeneic transplant. base: the readings below."
    return table(shown, "Eligible by reading", columns, (note,), numbers=tuple(columns)[1:])


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


def readings_table(used: pd.DataFrame) -> Table:
    """Which reading of each ambiguous statement was used; ``used`` as of ``postgraft.readings_used``."""
    shown = used.assign(
        open=[f"{row.statements.replace('_', ' ')}: {row.ambiguity}" for row in rows(used)],
        reading=[f"{row.reading}: {row.meaning}" if row.meaning else row.reading for row in rows(used)],
    )
    return table(
        shown,
        "Readings used",
        {"open": "What the record leaves open", "reading": "Reading used"},
        widths={"open": "52%", "reading": "48%"},
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
