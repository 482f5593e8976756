"""Which notebooks have pages."""

import nbformat
from architecture.project import ROOT


def _has_page(path) -> bool:
    """One for JupyterLab alone draws nothing on a page."""
    metadata = nbformat.read(path, as_version=4).metadata
    return not metadata.get("postgraft", {}).get("interactive", False)


SHOWN = [path.stem for path in sorted((ROOT / "notebooks").glob("0[1-9]*.ipynb")) if _has_page(path)]
"""But for the summary, whose page is the index of each report."""
