"""What is in an extract and what it can answer: tables, and figures of observed transplants and of analytes."""

from __future__ import annotations

import pandas as pd

from postgraft.analysis.duration import observed_by_day
from postgraft.evaluation.observations import Observations
from postgraft.evaluation.stretches import first_day_asked
from postgraft.exhibits.figure import (
    ELIGIBLE,
    Exhibit,
    absent,
    blank,
    counted,
    number,
    part,
    percent,
    styled,
    whole_ticks,
)
from postgraft.exhibits.labels import ENDS, label, part_label, words
from postgraft.exhibits.tables import Table, table
from postgraft.extract.imported import ImportReport

IMPORTED = "What the import made of the source"
IMPORT_LINES = 12
"""Most lines of the report of an import that are shown."""


def facts_table(facts: pd.DataFrame) -> Table:
    """What an extract says of itself; ``facts`` as of ``extract.overview.extract_facts``."""
    return table(facts, "The extract", {"fact": "", "value": ""})


def rows_table(rows: pd.DataFrame) -> Table:
    """Rows by table and what the manifest declares complete; ``rows`` as of ``extract.overview.table_rows``."""
    return table(
        rows,
        "Rows by table",
        {
            "table": "Table",
            "captured": "Captured",
            "in_file": "Rows in the file",
            "ignored": "Ignored",
            "patients": "Patients with a row",
            "share": "Share",
            "complete": "Declared complete",
        },
        (
            "A table that is not captured is unknown, not empty.",
            "Declared complete: the absence of a row means no. Elsewhere it means unknown.",
            "Ignored: rows after death, last contact or the end of the extract, without a value, or with a dose or "
            "units of 0.",
            "Share: of the patients with an allogeneic transplant.",
        ),
        numbers=("in_file", "ignored", "patients", "share"),
        texts={"captured": lambda captured: "yes" if captured else "no", "share": percent, "complete": words},
    )


def import_table(report: ImportReport | None) -> Table:
    """What most rows came to that an import did not take as they were; ``report`` as of ``Extract.imported``."""
    if report is None:
        return table(pd.DataFrame(), IMPORTED, {}, empty="no import made this extract.")
    unused = report.mapping[report.mapping["note"] != ""]
    unused = unused.assign(
        name=unused["name in the source"].where(unused["name in the source"] != "", unused["source text"])
    )
    lines = pd.concat(
        [
            unused.assign(became=unused["note"]),
            report.dropped.assign(became="dropped: " + report.dropped["reason"]),
            report.changed.assign(became=report.changed["reason"]),
        ]
    )
    lines = lines.sort_values("rows", ascending=False, kind="stable")
    return table(
        lines.head(IMPORT_LINES),
        IMPORTED,
        {"name": "Name", "table": "Table", "became": "What became of it", "rows": "Rows", "patients": "Patients"},
        (
            "Unmapped: the code means nothing to the import, so its rows are not in the extract.",
            f"Lines with most rows, {min(IMPORT_LINES, len(lines))} of {len(lines):,}; all are in import/report.md.",
        ),
        numbers=("rows", "patients"),
        empty="Every row was taken as it was.",
    )


def coverage_table(coverage: pd.DataFrame) -> Table:
    """Results by analyte and the units they came in; ``coverage`` as of ``Extract.coverage``."""
    found = coverage[coverage["analyte"] != ""]
    units = found["units"].fillna("").str.replace(r"(?<=: )\d+", lambda rows: number(int(rows[0])), regex=True)
    return table(
        found.assign(units=units.replace("", "–")),
        "Results by analyte",
        {
            "analyte": "Analyte",
            "rows": "Results",
            "intervals": "Intervals",
            "patients": "Patients with a result",
            "share": "Share",
            "units": "Units as written, with their number of rows",
        },
        (
            "Results: one a patient and day, after results of one day were made one. Intervals: of these, those that "
            "are below or above a number; a verdict counts only if it holds for all that they may be.",
            "Share: of the patients with an allogeneic transplant. (none): no unit given, read as the standard one.",
        ),
        numbers=("rows", "intervals", "patients", "share"),
        texts={"analyte": label, "share": percent},
    )


def limits_table(limits: pd.DataFrame) -> Table:
    """Own reference limits and the protocol's; ``limits`` as of ``analysis.computability.own_limits``."""
    return table(
        limits,
        "Reference limits of the markers of hemolysis",
        {
            "analyte": "Analyte",
            "side": "Limit",
            "fallback": "Of the protocol",
            "results": "Results",
            "own": "With a limit of their own",
            "left_aside": "Left aside",
        },
        (
            "Left aside: own limits so far from that of the protocol that they are of another unit or test. There, and "
            "where a result has none, the limit of the protocol counts.",
        ),
        numbers=("fallback", "results", "own", "left_aside"),
        texts={"analyte": label, "fallback": "{:g}".format},
    )


def warnings_table(found: pd.DataFrame) -> Table:
    """What was strange; ``found`` as of ``extract.overview.warnings_found``."""
    return table(
        found.assign(column=found["column"].replace("", "–")),
        "Warnings of the reader",
        {"found": "Found", "rows": "Rows", "file": "File", "column": "Column", "first_rows": "First rows"},
        ("A warning does not stop the run. Row numbers are those a spreadsheet shows.",),
        numbers=("rows",),
        empty="No warning.",
    )


def computability_table(states: pd.DataFrame) -> Table:
    """Which criteria an extract can answer, and from what; ``states`` as of ``postgraft.computability``."""
    return table(
        states,
        "Which criteria the extract can answer",
        {
            "criterion": "Criterion",
            "state": "State",
            "patients_with": "Patients with what it needs",
            "not_declared": "Completeness asked for, not declared",
        },
        (
            "Computed: all that it needs is captured, though not of every patient. Partly unknown: something is not "
            "captured or not declared complete, so more days are unknown.",
            "Not captured: nothing that it needs is there, or none of the counts it rests on. Attested: only the "
            "patient or a physician can tell. Not specified: the record asks for nothing that could be computed.",
        ),
        widths={"criterion": "18%", "state": "13%", "patients_with": "45%", "not_declared": "24%"},
        texts={"criterion": part_label, "patients_with": words, "not_declared": words},
    )


def follow_up_table(found: pd.DataFrame) -> Table:
    """What ends the observation of transplants; ``found`` as of ``analysis.duration.follow_up``."""
    total = int(found.loc[found["ended_by"] == "all", "transplants"].iloc[0])
    shown = found.assign(
        ended_by=found["ended_by"].map(ENDS), share=[percent(share if total else None) for share in found["share"]]
    )
    return table(
        shown,
        "What ends the observation of a transplant",
        {
            "ended_by": "Ended by",
            "transplants": "Transplants",
            "share": "Share",
            "q1": "Lower quartile (day)",
            "median": "Median (day)",
            "q3": "Upper quartile (day)",
        },
        (
            f"Of {counted(total, 'transplant')} with an observed day. Days are those of the last observed day, counted "
            "from the transplant.",
        ),
        numbers=("transplants", "share", "q1", "median", "q3"),
    )


def observed_transplants(observations: Observations) -> Exhibit:
    """Number of transplants observed on each day since transplant, with the numbers below the axis."""
    counts = observed_by_day(observations)
    if counts.empty:
        return absent("No transplant is observed.")
    most, last = int(counts["transplants"].max()), counts.iloc[-1]
    by_day = counts.set_index("day")["transplants"]
    day_min = first_day_asked(observations.protocol)
    on_day = f"{part(int(by_day[day_min]), most)} are observed on day {day_min}" if day_min in by_day else ""
    with styled():
        figure, [axes] = blank(2.0)
        axes.step(counts["day"], counts["transplants"], where="post", color=ELIGIBLE["facecolor"])
        end = max(int(counts["day"].max()), 1)
        ticks = list(range(0, end + 1, max(end // 6 // 10 * 10, 1)))
        axes.set_xticks(ticks, [f"{day}\n{number(by_day.get(day, 0))}" for day in ticks])
        axes.set(xlabel="Day since transplant; below it transplants observed", ylabel="Transplants")
        axes.set_xlim(0, end)
        whole_ticks(axes, "y", counts["transplants"].max())
        axes.grid(axis="y")
        axes.set_title(on_day)
    said = f" {on_day[:1].upper()}{on_day[1:]}." if on_day else ""
    return Exhibit(
        figure,
        f"Transplants observed by day since transplant. At most {number(most)} are observed on one day.{said} "
        f"{part(last['transplants'], most)} are on day {last['day']}, the last observed one.",
    )
