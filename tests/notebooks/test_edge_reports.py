"""Reports of cohorts at the edge: nobody observed, nobody ill, nothing measured, one day.

Each is whole and says what is so.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from share import long

from postgraft.extract.tables import TABLES
from postgraft.extract.write import write_extract
from postgraft.reports import build_report

COMPLETE = dict.fromkeys(("transfusions", "medications", "disease_status", "conditions"), True)
COUNTS = {"neutrophils": 3.0, "platelets": 180.0, "hemoglobin": 13.0}
REQUIRED = ("patients", "transplants")


def cohort(
    folder: Path, last_days: Sequence[int], measured: bool = True, tables: Sequence[str] = tuple(TABLES),
    first_day: int = 0,
) -> Path:  # fmt: skip
    """Healthy patients observed up to ``last_days``, with normal counts every week if they are measured."""
    manifest = {"format": 1, "name": folder.name, "time": "days"}
    names = [f"P{i}" for i in range(len(last_days))]
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in TABLES}
    for name, last in zip(names, last_days, strict=True):
        rows["patients"].append(
            {
                "patient_id": name,
                "sex": "male",
                "age_at_transplant": 50,
                "last_contact_day": last,
                "observed_from_day": first_day,
            }
        )
        rows["transplants"].append({"patient_id": name, "transplant_day": 0, "type": "allogeneic"})
        rows["measurements"] += [
            {"patient_id": name, "day": day, "analyte": analyte, "value": value}
            for day in range(0, last + 1, 7)
            for analyte, value in COUNTS.items()
            if measured
        ]
    frames = {name: pd.DataFrame(rows[name], columns=[*TABLES[name].headers("days")], dtype=object) for name in tables}
    if set(COMPLETE) <= set(tables):
        manifest["complete"] = COMPLETE
    write_extract(folder, manifest, frames)
    return folder


def page(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def rows(soup: BeautifulSoup, title: str) -> list[list[str]]:
    """The rows of the table with this title, each a list of text."""
    [table] = [one for one in soup.select("table") if one.caption and title in one.caption.get_text()]
    return [[cell.get_text(strip=True) for cell in row.select("td, th")] for row in table.select("tbody tr")]


def count(population: BeautifulSoup, measure: str) -> str:
    """What the summary gives for a measure, of the patients with a transplant or of those in the extract."""
    found = rows(population, "All counts")
    return next(row[1] for row in found if row[0] == measure)


def check_sound(soup: BeautifulSoup) -> None:
    """What holds of every page: nothing missing in words or pictures, one title, headings in order, offline."""
    text = soup.get_text(" ")
    slips = r"\b(nan|NaN|NaT|None(?!\.)|Traceback|\w+Error|of 1 \w+s|1 transplants)\b|<NA>"
    assert re.findall(slips, text) == []
    assert len(soup.select("h1")) == 1
    levels = [int(heading.name[1]) for heading in soup.select("h1, h2, h3")]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert all(image.get("alt", "").endswith(".") for image in soup.select("img"))
    assert soup.select(".postgraft-nothing") == []  # what has nothing to show is left out
    for table in soup.select("table.gt_table"):
        assert table.caption.get_text(strip=True)
        assert all(head["scope"] for head in table.select("th"))
        assert all(head.get_text(strip=True) for head in table.select("thead th"))
    assert [tag for tag in soup.select("[src]") if not tag["src"].startswith("data:")] == []
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert sorted(ids) == sorted(set(ids))


CASES = {
    "nobody observed": ([7], True, tuple(TABLES), 8),
    "nobody ill": ([365, 100], True, tuple(TABLES), 0),
    "no results": ([365], False, REQUIRED, 0),
    "one day": ([0], True, tuple(TABLES), 0),
}
"""Last observed days, whether there are results, the tables that are handed over, and the first day."""


@pytest.fixture(scope="module", params=["nobody observed", "no results", *long("nobody ill", "one day")])
def report(request, tmp_path_factory):
    """A case's name and its pages."""
    folder = cohort(tmp_path_factory.mktemp("edge") / request.param, *CASES[request.param])
    changes = {"output": folder.with_name(f"{folder.name} report"), "disclosure": "internal"}
    made = build_report(folder, changes, jobs=2, progress=False).made
    return request.param, *(page(one.html) for one in made)


EXPECTED = {
    "nobody observed": {"In the extract": "1", "Observed on some day after it": "0", "Eligible": "0"},
    "nobody ill": {"In the extract": "2", "Alive and observed on day 45": "2", "Eligible": "0", "Not ruled out": "0"},
    "no results": {"In the extract": "1", "Eligible": "0", "Not ruled out": "1", "Not ruled out: work-up missing": "1"},
    "one day": {
        "Observed on some day after it": "1",
        "Alive and observed on day 45": "0",
        "Eligible": "0",
        "Not ruled out": "0",
    },
}

KEPT_OUT = {
    "nobody observed": [],
    "nobody ill": ["2", "2", "2", "2", "2", "2"],
    "no results": ["1", "1", "1", "0", "0", "0"],
    "one day": [],
}
"""What the criteria cost together: certain, then with the possible; nothing where they keep nobody out."""


def test_a_report_at_the_edge_is_whole_and_right(report):
    name, quality, population, barriers, *others = report

    for soup in (quality, population, barriers, *others):
        check_sound(soup)
    assert {measure: count(population, measure) for measure in EXPECTED[name]} == EXPECTED[name]
    assert "What ended the first eligible stretch?" not in population.get_text()
    assert "Who is nearly in?" not in barriers.get_text()
    patients = len(CASES[name][0])
    assert dict(rows(quality, "The extract"))["Patients with an allogeneic transplant"] == str(patients)
    observed = 0 if name == "nobody observed" else patients
    assert rows(quality, "What ends the observation")[-1][1] == str(observed)
    if KEPT_OUT[name]:
        costs = {row[0]: row[1:] for row in rows(barriers, "What each criterion costs")}
        assert costs["All together"] == KEPT_OUT[name]
    else:
        assert "What each criterion costs" not in barriers.get_text()
