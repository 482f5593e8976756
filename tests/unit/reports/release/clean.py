"""A small made-up cohort, and a report of it that may leave; tests plant leaks in copies of both.

Twelve invented patients. The page has a table, prose, a figure and key numbers, all printed as at level release.
"""

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from matplotlib.figure import Figure

from postgraft.exhibits.key_numbers import MIME
from postgraft.exhibits.tables import table
from postgraft.extract import read_extract, write_extract
from postgraft.reports.provenance import write_provenance
from postgraft.reports.render import render_html

v4 = nbformat.v4
STEM = "02_small"
IDS = tuple(f"MRD-{700 + 13 * i:04d}" for i in range(12))
BIRTH, TRANSPLANT, DEATH = "1951-03-14", "2019-08-05", "2020-02-11"
"""Of the first patient."""
RULE = {"level": "release", "threshold": 10, "rounding": 5}
ALT = "Attrition of 40 patients: 25 eligible, 1–10 possible; most are lost at Incomplete response (15)."
PROSE = """\
# Who could have joined

- Asked are 7 consecutive observed days, from day 45 after transplant to day 1,095; the 95 % interval is Wilson's.
- Of 40 patients 25 of 40 (62 %) are eligible, 1–10 possible, 0 were left out. Gained 15, lost withheld.
- Platelets at most 30 ×10⁹/L, steroids of 1 mg/kg/day; patients transplanted in 2015 to 2025.
- Version 0.1.0, section 3, page 4 of 12; computed 2025-06-30 10:00 UTC, the deadline is 2026-06-29.
- Patients are counted in 23 criteria under 48 amendments and 1,000 draws; probability below 0.1 %.
"""
PARAMETERS = 'cohort: str = "cohorts/demo"  # folder\ndisclosure: dict[str, str | int] = {"level": "internal"}  # level'


def cohort_folder(folder: Path, ids: tuple[str, ...] = IDS) -> Path:
    """Write the cohort, with other identifiers if given."""
    number = range(len(ids))
    births = [BIRTH, *(f"19{50 + i}-0{1 + i % 9}-1{i % 10}" for i in number[1:])]
    days = [TRANSPLANT, *(f"20{12 + i % 9}-1{i % 3}-0{1 + i % 9}" for i in number[1:])]
    patients = pd.DataFrame(
        {
            "patient_id": ids,
            "sex": "female",
            "birth_date": births,
            "age_at_transplant": [68, *(30.5 + 1.25 * i for i in number[1:])],
            "death_date": [DEATH, *[None] * (len(ids) - 1)],
            "last_contact_date": [DEATH, *["2025-01-31"] * (len(ids) - 1)],
            "site": "S1",
        }
    )
    # The last one has no allogeneic transplant and is left out, and still may not be named.
    kinds = [*["allogeneic"] * (len(ids) - 1), "autologous"]
    transplants = pd.DataFrame({"patient_id": ids, "transplant_date": days, "type": kinds})
    manifest = {"format": 1, "name": "Made-up", "time": "dates", "extracted_on": "2025-06-30"}
    write_extract(folder, manifest, {"patients": patients, "transplants": transplants})
    return folder


def png(**options: Any) -> bytes:
    """A small figure."""
    made = io.BytesIO()
    figure = Figure(figsize=(1, 1))
    figure.subplots().plot([0, 1])
    figure.savefig(made, format="png", **{"metadata": {"Software": None}, **options})
    return made.getvalue()


def image(data: bytes, alt: str = ALT) -> Any:
    """An output with a PNG."""
    bundle = {"image/png": base64.b64encode(data).decode(), "text/plain": alt}
    return v4.new_output("display_data", data=bundle, metadata={"image/png": {"alt": alt}})


def counts_table() -> Any:
    """An output with a table of printed counts and of days."""
    frame = pd.DataFrame(
        {
            "what": ["Eligible", "Possible", "No cytopenia"],
            "patients": ["25", "1–10", "0"],
            "share": ["62 %", "–", "0 %"],
            "of": [40, 40, 40],
            "day": [45, 7, 1095],
        }
    )
    names = {
        "what": "Measure",
        "patients": "Patients",
        "share": "Share",
        "of": "Of",
        "day": "First eligible day",
    }
    made = table(frame, "How many", names, numbers=["of", "day"], notes=["Of 40 patients with a transplant."])
    return v4.new_output("execute_result", data=made._repr_mimebundle_(), execution_count=3)


def notebook() -> Any:
    """The executed notebook, as papermill leaves one."""
    numbers = {"eligible": 25, "possible": "1–10", "eligible_share": 0.62, "deadline": "2026-06-29"}
    key = v4.new_output(
        "execute_result", data={MIME: numbers, "text/plain": "Key figures"}, execution_count=4
    )
    stream = v4.new_output("stream", name="stdout", text="Median day 195, threshold 30, seed 20230721\n")
    cells = [
        v4.new_markdown_cell(PROSE),
        v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}, execution_count=1),
        v4.new_code_cell(
            f'cohort = "cohorts/demo"\ndisclosure = {RULE}',
            metadata={"tags": ["injected-parameters"]},
            execution_count=2,
        ),
        v4.new_code_cell(
            "counts(outcome)", outputs=[counts_table(), image(png()), stream], execution_count=3
        ),
        v4.new_code_cell("key_numbers(outcome)", outputs=[key], execution_count=4),
    ]
    run = {"parameters": {"cohort": "cohorts/demo", "disclosure": RULE}, "environment_variables": {}}
    return v4.new_notebook(cells=cells, metadata={"papermill": {**run, "exception": None}})


def record(cohort: Path) -> dict[str, Any]:
    """What provenance.json says of the notebook."""
    return {
        "notebook": f"{STEM}.ipynb",
        "cohort": {"name": "Made-up", "fingerprint": read_extract(cohort).fingerprint},
        "protocol": "nct05873205",
        "amendments": [],
        "seed": None,
        "parameters": {"cohort": "cohorts/demo", "disclosure": RULE},
        "started": "2025-06-30T10:00:00+00:00",
        "ended": "2025-06-30T10:00:12+00:00",
        "git_revision": "0123456789abcdef",
        "python": "3.11.2",
        "packages": {"postgraft": "0.1.0", "pandas": "3.0.0"},
        "disclosure": dict(RULE),
        "identifiable": False,
    }


Plant = Callable[[Any], None]
"""Changes the executed notebook before its page is made."""


def write_report(
    folder: Path, about: dict[str, Any], plant: Plant = lambda made: None, page: bool = True
) -> Path:
    """Write the report: executed notebook, record and, where asked for, the page."""
    folder.mkdir(parents=True, exist_ok=True)
    made = notebook()
    plant(made)
    executed = folder / f"{STEM}.ipynb"
    executed.write_text(json.dumps(made), encoding="utf-8")
    if page:
        render_html(executed, about)
    write_provenance(folder, [about])
    return folder
