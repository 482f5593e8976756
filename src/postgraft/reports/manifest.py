"""``study.json`` in an output: what the reports were made from, and which files of the folder are theirs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from postgraft.reports.files import write_whole
from postgraft.reports.finished_report import FinishedReport
from postgraft.reports.project import ReportError
from postgraft.reports.provenance import FILE as PROVENANCE
from postgraft.reports.provenance import content_hash, fingerprint
from postgraft.reports.staging import Foreign
from postgraft.reports.study import Study

FILE = "study.json"
INDEX = "index.html"
FAILED = ".failed.ipynb"


def write_manifest(folder: Path, study: Study, made: Sequence[FinishedReport], missing: Sequence[str]) -> None:
    """Write what ``folder`` holds, all of it the study's, and from what it was made."""
    files = {
        path.relative_to(folder).as_posix(): content_hash(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }
    manifest = {
        "title": study.title,
        "source": study.source,
        "fingerprint": fingerprint(study.matters),
        "matters": study.matters,
        "missing": list(missing),
        "reports": [_entry(one, folder) for one in made],
        "files": files,
    }
    text = json.dumps(manifest, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False)
    write_whole(folder / FILE, text + "\n")


def read_manifest(output: Path) -> Mapping[str, Any]:
    """The manifest of an output; empty if there is none that can be read."""
    try:
        manifest = json.loads((output / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) and "files" in manifest else {}


def what_changed(study: Study) -> list[str]:
    """What is not as it was when the output was made, in words; nothing: it need not be made again."""
    manifest = read_manifest(study.output)
    if not manifest:
        return ["there is no report yet"]
    now = json.loads(json.dumps(study.matters))
    changed = [part for part in now if now[part] != manifest["matters"].get(part)]
    for name, hashed in manifest["files"].items():
        path = study.output / name
        if not path.is_file():
            changed.append(f"{name} is gone")
        elif content_hash(path) != hashed:
            changed.append(f"{name} is not as it was written")
    return [*changed, *manifest["missing"]]


def made_before(output: Path) -> list[FinishedReport]:
    """The reports that stand in an output, in their order."""
    made = []
    for entry in read_manifest(output)["reports"]:
        executed = output / entry["executed"]
        html, pdf = (output / entry[key] if entry[key] else None for key in ("html", "pdf"))
        records = json.loads((executed.parent / PROVENANCE).read_text(encoding="utf-8"))
        name = entry["notebook"]
        made.append(FinishedReport(entry["cohort"], name, executed, html, pdf, records[name]))
    return made


def check_no_loss(study: Study) -> None:
    """Raises ReportError if a file in the output that no study wrote would be replaced."""
    written = read_manifest(study.output).get("files", {})
    lost = [name for name in _names(study) if name not in written and name != FILE and (study.output / name).exists()]
    if lost:
        more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
        raise ReportError(
            f"{study.output / lost[0]}{more}: would be replaced, but was not written by a study ({FILE} does not "
            "list it); move it away, or choose another output."
        )


def foreign_to(study: Study) -> Foreign:
    """Which files of the output as it stands now were written by somebody else."""
    manifest = read_manifest(study.output)
    known = {*manifest.get("files", {}), FILE}
    notebooks = {entry["notebook"] for entry in manifest.get("reports", [])} | {run.notebook.name for run in study.runs}
    failed = {f"{name}{FAILED}" for name in notebooks}

    def foreign(inside: Path) -> bool:
        return inside.as_posix() not in known and inside.name not in failed

    return foreign


def _names(study: Study) -> Iterable[str]:
    yield from (INDEX, FILE, *study.beside)
    for run in study.runs:
        folder = Path(run.cohort.folder)
        yield (folder / PROVENANCE).as_posix()
        for ending in ("ipynb", *study.outputs):
            name = run.notebook.name if ending == "ipynb" else run.notebook.page
            yield (folder / f"{name}.{ending}").as_posix()


def _entry(made: FinishedReport, folder: Path) -> dict[str, str | None]:
    paths = {"executed": made.executed, "html": made.html, "pdf": made.pdf}
    return {"cohort": made.cohort, "notebook": made.notebook} | {
        key: path.relative_to(folder).as_posix() if path else None for key, path in paths.items()
    }
