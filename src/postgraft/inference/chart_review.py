"""The two files of a chart review: the reviewer's, and beside it what the reviewer must not know.

Chart review: a stratified sample is drawn, and what people found in it says something of the cohort.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from postgraft.estimation.intervals import LEVEL, Estimate
from postgraft.estimation.review import Stratum, review, sample_sizes
from postgraft.evaluation.evaluated import Evaluated
from postgraft.inference.shares import share_row
from postgraft.vocabulary.errors import PostgraftError, is_whole, must_be
from postgraft.vocabulary.shown import shown_value
from postgraft.vocabulary.spreadsheets import unescaped
from postgraft.vocabulary.words import TEXT, did_you_mean, whole, with_whole

STRATA: Final[Mapping[str, str]] = {"eligible": "certain", "possible": "possible", "ineligible": "ineligible"}
"""Stratum by computed status, the surest first."""
WORDS: Final = ("eligible", "not eligible")
FOR_REVIEWER: Final = ("patient_id", "transplant", "adjudicated", "comment")
KEPT_BACK: Final = ("patient_id", "stratum", "day")
"""The day tells the stratum as well: it is the first one of a status, or the same for all ineligible patients."""
FILLED_IN: Final = ("adjudicated", "comment")
"""What a reviewer writes."""


def strata_file(path: Path) -> Path:
    """The file beside a review that has the stratum of each chart: ``charts.strata.csv`` of ``charts.csv``."""
    return path.with_name(f"{path.stem}.strata.csv")


def sample_files(sample: pd.DataFrame, path: Path) -> dict[Path, pd.DataFrame]:
    """What to write of a sample of ``review_sample``: what is kept back first, then the reviewer's file ``path``."""
    return {strata_file(path): sample[list(KEPT_BACK)], path: sample[list(FOR_REVIEWER)]}


def holds_review(path: Path) -> bool:
    """Whether a file has the column ``adjudicated`` and a reviewer's words in it, or in ``comment``.

    A spreadsheet may have saved it, with another delimiter or encoding. A file that names the column and cannot be
    taken apart counts as filled in.

    Raises:
        PostgraftError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            first = file.readline()
            marked = FILLED_IN[0] in first.replace(b"\0", b"").decode("latin-1").casefold()
            data = first + file.read() if marked else b""
    except OSError as error:
        raise PostgraftError(f"{path}: cannot be read: {error.strerror}") from None
    if not marked:
        return False
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    lines = data.decode("utf-16" if utf16 else "utf-8-sig", errors="replace").splitlines(keepends=True)
    delimiter = max(",;\t", key=lines[0].count)
    try:
        header, *rows = ([cell.strip() for cell in line] for line in csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return True
    names = [name.casefold() for name in header]
    places = [names.index(name) for name in FILLED_IN if name in names]
    return FILLED_IN[0] not in names or any(row[i] for row in rows for i in places if i < len(row))


def read_review(path: str | Path, outcome: Evaluated) -> pd.DataFrame:
    """The adjudications of a sample that was filled in: patient_id, stratum, eligible (bool), comment.

    The file is the reviewer's of ``review_sample``, also with fewer rows; further columns are not read. The stratum
    is read from its ``strata_file``, unless the review has a column ``stratum`` of its own. Rows without an
    adjudication are left out, and count as not reviewed; at least one row needs one.

    Raises:
        PostgraftError: all that is wrong in one message: a file that can't be read, a column that is missing, an
            unknown patient or one that is there twice, a patient whose stratum is not told or is another, another word.
    """
    must_be(path, (str, PathLike), "read_review takes the path of a file")
    must_be(outcome, Evaluated, "read_review takes an outcome, such as evaluate gives")
    given, beside = _with_strata(Path(path))
    problems = list(_problems(given, outcome, beside))
    if problems:
        raise PostgraftError("\n".join([f"{path}: {len(problems)} thing(s) to mend", *problems]))
    answered = given[given["adjudicated"] != ""]
    if answered.empty:
        raise PostgraftError(f"{path}: no chart has a word in adjudicated; accepted are {', '.join(WORDS)}")
    words = answered["adjudicated"].map(_word)
    comment = answered.get("comment", "")
    found: pd.DataFrame = answered[["patient_id", "stratum"]].assign(
        eligible=(words == WORDS[0]).astype(bool), comment=comment
    )
    return found.reset_index(drop=True)


def _with_strata(path: Path) -> tuple[pd.DataFrame, Path | None]:
    """The rows of a review with their strata, and the second file these are from, if they are."""
    given, beside = _rows(path, ("patient_id", "adjudicated"), FOR_REVIEWER), strata_file(path)
    if "stratum" in given:
        return given, None
    if not beside.is_file():
        raise PostgraftError(
            f"{path}: has no column stratum, and there is no file {beside}; accepted is the review beside the second "
            "file that review-sample wrote with it, under this name"
        )
    kept = _rows(beside, ("patient_id", "stratum"), KEPT_BACK)
    strata = dict(zip(kept["patient_id"], kept["stratum"], strict=True))
    return given.assign(stratum=[strata.get(one, "") for one in given["patient_id"]]), beside


def _rows(path: Path, needed: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """The cells as text without blanks around them; a row's index is its line, save where a cell has several."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [[unescaped(cell).strip() for cell in line] for line in csv.reader(file)]
    except OSError as error:
        raise PostgraftError(f"{path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, csv.Error):
        raise PostgraftError(f"{path}: cannot be read as CSV in UTF-8") from None
    header = lines[0] if lines else []
    missing = [name for name in needed if name not in header]
    if missing:
        raise PostgraftError(f"{path}: no column {', '.join(missing)}; needed are {', '.join(columns)}")
    filled = [line + [""] * (len(header) - len(line)) for line in lines]
    frame = pd.DataFrame([line[: len(header)] for line in filled[1:]], columns=header, dtype=TEXT)
    return frame.set_axis(range(2, len(lines) + 1))[(frame != "").any(axis=1).to_numpy()]


def _problems(given: pd.DataFrame, outcome: Evaluated, beside: Path | None) -> Iterator[str]:
    strata = dict(zip(outcome.patients["patient_id"], outcome.patients["status"].map(STRATA), strict=True))
    first: dict[str, int] = {}
    columns = (given[name] for name in ("patient_id", "stratum", "adjudicated"))
    for line, patient, stratum, word in zip(given.index, *columns, strict=True):
        if patient not in strata:
            hint = did_you_mean(patient, strata)
            yield f"  line {line}, patient_id: no patient {shown_value(patient)} in {outcome.extract.name!r}{hint}"
        elif patient in first:
            yield f"  line {line}, patient_id: {patient!r} is there twice, first in line {first[patient]}"
        elif beside and not stratum:
            yield f"  line {line}, patient_id: {patient!r} has no stratum in {beside}"
        elif stratum != strata[patient]:
            yield (
                f"  line {line}, stratum: found {shown_value(stratum)}{f' in {beside}' if beside else ''}; "
                f"patient {patient!r} is {strata[patient]!r} (was the sample drawn from another extract or protocol?)"
            )
        first.setdefault(patient, line)
        if word and _word(word) not in WORDS:
            yield f"  line {line}, adjudicated: found {shown_value(word)}; accepted are {', '.join(WORDS)}, or empty"


def _word(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


COLUMNS: Final = ("patient_id", "stratum", "transplant", "day", "adjudicated", "comment")
LATE_DAY: Final = 100
"""Day to look at in the chart of an ineligible patient; the last observed one if that is earlier."""


def review_sample(outcome: Evaluated, total: int, seed: int) -> pd.DataFrame:
    """A random sample of charts to review, of each stratum as many as ``sample_sizes`` says.

    Columns ``COLUMNS``; day: the first eligible day (certain), the first day without a FAIL (possible), else day 100
    or the last observed one. ``adjudicated`` is left empty for ``WORDS``, ``comment`` for whatever is worth it.
    Stratum and day are not for the reviewer: see ``sample_files``.
    The question is whether the patient was eligible for some ``eligible_days_min`` days after that transplant, which
    the day is only a help to see. Same arguments, same sample; the order tells nothing of the stratum.

    Raises:
        PostgraftError: too few charts, or a negative seed.
    """
    for name, value, least in (("total", total, 1), ("seed", seed, 0)):
        if not is_whole(value, least):
            raise PostgraftError(f"{name}: found {shown_value(value)}; accepted is a whole number from {least} on")
    frame = _frame(outcome)
    sizes = {name: int((frame["stratum"] == name).sum()) for name in STRATA.values()}
    try:
        wanted = sample_sizes(sizes, total)
    except ValueError as error:
        raise PostgraftError(f"total: {error}") from None
    rng = np.random.default_rng(seed)
    chosen = [
        rng.choice(np.flatnonzero(frame["stratum"] == name), size, replace=False) for name, size in wanted.items()
    ]
    rows = rng.permutation(np.concatenate(chosen))
    sample: pd.DataFrame = frame.iloc[rows].assign(adjudicated="", comment="")
    return sample.reset_index(drop=True)[list(COLUMNS)]


def _frame(outcome: Evaluated) -> pd.DataFrame:
    patients, seen = outcome.patients, outcome.observations
    last = pd.Series(seen.last[outcome.counted_rows]).clip(lower=0)
    day = pd.Series(whole(last.clip(upper=LATE_DAY)))
    stratum = patients["status"].map(STRATA)
    day = day.mask(stratum == "certain", patients["first_eligible_day"])
    day = day.mask(stratum == "possible", patients["first_possible_day"])
    return pd.DataFrame(
        {
            "patient_id": patients["patient_id"],
            "stratum": stratum.astype(TEXT),
            "transplant": patients["transplant"],
            "day": day.astype("int64"),
        }
    )


def reviewed(outcome: Evaluated, found: pd.DataFrame, seed: int, level: float = LEVEL) -> pd.DataFrame:
    """What a review says of the cohort: a row per measure, columns as of ``bounds`` and stratum.

    ``reviewed``: charts found eligible of those reviewed, a stratum each. ``predictive_value``: share of truly
    eligible patients of a stratum. ``sensitivity``: share of all truly eligible that are in the stratum or a surer
    one. ``eligible_reviewed``: truly eligible patients of all transplanted, with the uncertainty of the review
    in its interval. See ``estimation.review``.

    Raises:
        PostgraftError: a stratum has patients but no reviewed chart.
    """
    names = outcome.patients["status"].map(STRATA)
    strata = {}
    for name in STRATA.values():
        own = found.loc[found["stratum"] == name, "eligible"]
        strata[name] = Stratum(int((names == name).sum()), len(own), int(own.sum()))
    try:
        result = review(strata, np.random.default_rng(seed), level)
    except ValueError as error:
        raise PostgraftError(f"review: {error}") from None
    size = len(outcome.patients)
    rows = []
    for name, one in strata.items():
        rows.append(share_row("reviewed", one.eligible, one.reviewed, "reviewed charts", level) | {"stratum": name})
    method = "stratified sample, Jeffreys"

    def add(measure: str, value: Estimate, of: int, denominator: str, stratum: str | None) -> None:
        rows.append(
            {
                "measure": measure,
                "stratum": stratum,
                "of": of,
                "denominator": denominator,
                "estimate": value.estimate,
                "low": value.interval.low,
                "high": value.interval.high,
                "method": method,
            }
        )

    for name, value in result.predictive_value.items():
        add("predictive_value", value, strata[name].size, f"patients of the stratum {name}", name)
    for name, value in result.sensitivity.items():
        add("sensitivity", value, round(result.number.estimate), "truly eligible patients, estimated", name)
    low, high = result.number.interval
    share = (one / size if size else float("nan") for one in (result.number.estimate, low, high))
    estimate, low, high = share
    add("eligible_reviewed", Estimate(estimate, type(result.number.interval)(low, high)), size, "transplanted", None)
    return with_whole(pd.DataFrame(rows), "count", "of")
