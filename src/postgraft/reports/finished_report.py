"""What one run of one notebook on one cohort has made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class FinishedReport:
    """A report: the executed notebook, its pages (None: not asked for) and the record of where it came from.

    ``cohort`` is the extract's name, ``notebook`` the stem of the notebook, ``record`` its entry in
    ``provenance.json``.
    """

    cohort: str
    notebook: str
    executed: Path
    html: Path | None
    pdf: Path | None
    record: Mapping[str, Any]

    def moved(self, before: Path, now: Path) -> "FinishedReport":
        """The same report, whose files stood in the folder ``before`` and stand in ``now``."""

        def there(path: Path) -> Path:
            return now / path.relative_to(before)

        return replace(
            self,
            executed=there(self.executed),
            html=there(self.html) if self.html else None,
            pdf=there(self.pdf) if self.pdf else None,
        )
