"""Whose an output is: its owner may make it anew, and nobody's reports take the place of another's."""

from collections.abc import Mapping
from typing import Any

from postgraft.reports.manifest import read_manifest
from postgraft.reports.project import ReportError
from postgraft.reports.study import Study


def check_owner(study: Study) -> None:
    """Refuses an output that holds the reports of something else.

    An output belongs to its cohorts, each by name and fingerprint. It may be made anew

    - of the same cohorts, wherever they lie by now;
    - of a newer extract of the same name in the same folder, or at another level of disclosure;
    - by the same study file, whatever cohorts that names by now.

    A folder or file is the same if its path is, with links followed. An extract of another folder, or of another
    name, is another cohort, also where the last part of its path is the same.

    Raises:
        ReportError: the output belongs to something else; the message names both.
    """
    manifest = read_manifest(study.output)
    if not manifest:
        return
    before, now = manifest["matters"]["cohorts"], study.matters["cohorts"]
    same_cohorts = _fingerprints(before) == _fingerprints(now)
    same_source = manifest.get("source") == study.source
    other_level = manifest["matters"]["disclosure"]["level"] != study.disclosure["level"]
    if same_cohorts or (same_source and (study.is_file or other_level or list(before) == list(now))):
        return
    raise ReportError(
        f"{study.output}: holds the reports of {_told(before, manifest.get('source'))}; they are not replaced by those "
        f"of {_told(now, study.source)}. Accepted is another output."
    )


def _fingerprints(cohorts: Mapping[str, Any]) -> dict[str, str]:
    return {name: fingerprint for name, (_, fingerprint) in cohorts.items()}


def _told(cohorts: Mapping[str, Any], source: str | None) -> str:
    """Names of cohorts and where they come from, which an output of an earlier version does not say."""
    names = ", ".join(f'"{name}"' for name in cohorts)
    return f"{names} ({source})" if source else names
