"""A small made-up cohort, and a report of it as a run leaves one: nothing is run, every page is one sentence."""

import datetime as dt
import importlib.metadata
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from architecture.project import ROOT

from postgraft.disclosure.house import house
from postgraft.extract import read_extract, write_extract
from postgraft.release.report import sha256
from postgraft.reports.runner import GIVEN

STEM = "03_criterion_barriers"
IDS = tuple(f"MRD-{700 + 13 * i:04d}" for i in range(40))
BIRTH, TRANSPLANT, DEATH = "1951-03-14", "2019-08-05", "2020-02-11"
"""Of the first patient."""
RULE = {"level": "release", "threshold": 10, "rounding": 5}


def write_cohort(
    folder: Path, ids: tuple[str, ...] = IDS, birth: str = BIRTH, transplant: str = TRANSPLANT, death: str = DEATH
) -> Path:
    """Write the cohort; every patient but the first was born and transplanted on days of their own."""
    born, given = dt.date(1950, 1, 1), dt.date(2010, 1, 1)
    number = [int(name.rpartition("-")[2]) - 700 for name in ids]
    patients = pd.DataFrame(
        {
            "patient_id": ids,
            "sex": "female",
            "birth_date": [birth, *(str(born + dt.timedelta(n)) for n in number[1:])],
            "death_date": [death, *[None] * (len(ids) - 1)],
            "last_contact_date": [death, *["2025-01-31"] * (len(ids) - 1)],
            "site": "S1",
        }
    )
    # The last one has no allogeneic transplant and is left out, and still may not be named.
    transplants = pd.DataFrame(
        {
            "patient_id": ids,
            "transplant_date": [transplant, *(str(given + dt.timedelta(n)) for n in number[1:])],
            "type": [*["allogeneic"] * (len(ids) - 1), "autologous"],
        }
    )
    manifest = {"format": 1, "name": "Made-up", "time": "dates", "extracted_on": "2025-06-30"}
    write_extract(folder, manifest, {"patients": patients, "transplants": transplants})
    return folder


def record(cohort: Path, stem: str = STEM, **other: Any) -> dict[str, Any]:
    """What provenance.json says of a notebook."""
    fingerprint = house().hmac("fingerprint", read_extract(cohort).fingerprint).hex()
    return {
        "notebook": f"{stem}.ipynb",
        "cohort": {"name": "cohort", "fingerprint": fingerprint, "synthetic": False, "doubts": []},
        "protocol": "nct05873205",
        "amendments": [],
        "plan": None,
        "seed": None,
        "parameters": {"protocol": "nct05873205"},
        "disclosure": RULE,
        "identifiable": False,
        "started": "2025-11-30T10:00:00+00:00",
        "ended": "2025-11-30T10:00:12+00:00",
        "python": "3.11.2",
        "packages": {"postgraft": importlib.metadata.version("postgraft")},
        **other,
    }


def executed(source: Path = ROOT / "notebooks" / f"{STEM}.ipynb") -> nbformat.NotebookNode:
    """A notebook as papermill leaves it, without outputs."""
    notebook = nbformat.read(source, as_version=4)
    given = nbformat.v4.new_code_cell('cohort = "made-up"', id=GIVEN, metadata={"tags": [GIVEN]})
    notebook.cells.insert(2, given)
    return notebook


def write_report(
    folder: Path,
    about: Mapping[str, Any],
    page: str = "<p>25 of 40 patients</p>\n",
    notebook: nbformat.NotebookNode | None = None,
    more: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a report of one notebook, with files of the run beside it if given."""
    stem = about["notebook"].removesuffix(".ipynb")
    files = {
        "index.html": f'<title>Of all</title>\n<a href="{stem}.html">page</a> <a href="{stem}.ipynb">x</a>\n'.encode(),
        f"{stem}.html": page.encode(),
        f"{stem}.ipynb": nbformat.writes(executed() if notebook is None else notebook).encode(),
        **(more or {}),
    }
    own = {name: sha256(data) for name, data in files.items() if name.startswith(stem)}
    files["provenance.json"] = json.dumps({stem: {**about, "files": own}}, ensure_ascii=False).encode()
    manifest = {"files": {name: sha256(data) for name, data in files.items()}, "reports": []}
    for name, data in {**files, "study.json": json.dumps(manifest).encode()}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def pdf(text: str, title: str = "A page") -> bytes:
    """A PDF of one page with one line."""
    drawn = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R"
        " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        f"<< /Title ({title}) >>",
    ]
    made, starts = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(made))
        made += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    trailer = f"trailer\n<< /Size 6 /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    return f"{made}xref\n0 6\n0000000000 65535 f \n{table}{trailer}".encode()
