"""Nothing in the project depends on, or tells of, the machine it was written on."""

import re
from pathlib import Path

import pytest
from architecture.project import ROOT, written_files

PATTERNS = {
    "a folder of one machine": r"(?<![\w.$}/])/(?:work|home|root|tmp|Users|opt|mnt|srv)/",
    "a folder beside the project": r"\.\./shared|(?<![\w-])shared/",
    "a hidden folder of a workplace": r"(?<!\w)\.library\b",
    "the host of a registry": r"(?i)\b(?:pypi|pythonhosted|anaconda|npmjs|deb\.debian)\.(?:org|com)\b",
}
THIS = Path(__file__)
LICENCE = ROOT / "LICENSE"  # the Apache text as published


def local_names(text: str) -> list[str]:
    return [f"{kind}: {found}" for kind, pattern in PATTERNS.items() for found in re.findall(pattern, text)]


def test_no_file_names_a_machines_path_a_neighbour_folder_or_a_registry():
    found = {}
    for path in written_files():
        if path in {THIS, LICENCE}:
            continue
        content = path.read_bytes()
        if b"\0" not in content[:8192] and (names := local_names(content.decode("utf-8"))):
            found[str(path.relative_to(ROOT))] = names
    assert found == {}


@pytest.mark.parametrize(
    "text", ["see /work/x", "open('/tmp/a')", "../shared/criteria.md", "shared/extract.md", "https://pypi.org/simple"]
)
def test_such_a_name_is_found(text):
    assert len(local_names(text)) >= 1


@pytest.mark.parametrize("text", ["../work/x", "$HOME/tmp/x", "the shared part", "https://doi.org/10.1/root/x"])
def test_other_names_are_left_alone(text):
    assert local_names(text) == []
