"""The file that remembers what was given out of a cohort, so that a later report cannot give away an earlier one."""

from __future__ import annotations

import fcntl
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from postgraft.disclosure.attack import Marks
from postgraft.disclosure.ledger import Ledger
from postgraft.disclosure.rule import LEVELS, Rule
from postgraft.disclosure.shown import Shown
from postgraft.eligibility.counting import Count, exact
from postgraft.extract import Extract
from postgraft.reports.errors import ReportError
from postgraft.reports.files import write_whole

INTERNAL, RELEASE = LEVELS
FOLDER = "reports/released"
"""Where ledgers are kept unless another folder is named, from the project's root."""


def counting(extract: Extract, disclosure: Mapping[str, Any], folder: Path) -> Count:
    """How a report gives out counts of an extract: exactly, or through the ledger of the extract in ``folder``.

    ``disclosure`` holds the level, and for ``release`` threshold and rounding, if they are not to be the usual ones.

    Raises:
        PostgraftError: a level, key, threshold or rounding that is not accepted; a ledger kept by another rule.
    """
    known = ("level", "threshold", "rounding", "ledger")
    level, unknown = disclosure.get("level"), [key for key in disclosure if key not in known]
    if level not in LEVELS or unknown:
        raise ReportError(
            f"disclosure: found {dict(disclosure)!r}; accepted is a mapping with level ({' or '.join(LEVELS)}) "
            f"and, if wanted, {', '.join(known[1:])}."
        )
    if level == INTERNAL:
        return exact
    rule = Rule(**{key: disclosure[key] for key in ("threshold", "rounding") if key in disclosure})
    return LedgerFile(extract, rule, folder).give


class LedgerFile:
    """A cohort's ledger on disk: read before, and written whole, before any count is handed back.

    So a run that is broken off may leave more in the ledger than was printed, never less. The file's name is the
    extract's fingerprint. It says which patients are in which printed sets, by the order of their ids, since the
    fingerprint does not depend on their order in the extract: it is as confidential as the extract.
    """

    def __init__(self, extract: Extract, rule: Rule, folder: Path) -> None:
        self._path = folder / f"{extract.fingerprint}.npz"
        self._rule = rule
        self._by_id = np.argsort(extract.patients["patient_id"].to_numpy(object), kind="stable")
        self._patients = len(extract.patients) + extract.counts.patients_left_out
        self._ledger: Ledger | None = None
        self._written: bytes | None = None

    def give(self, sets: Marks) -> list[Shown]:
        """The counts of sets of patients, as the ledger gives them out. Patients left out come after the others.

        Raises:
            ReportError: a hidden count asked for follows from what was told before; or the file cannot be used.
        """
        wide = np.zeros((len(sets), self._patients), bool)
        wide[:, : sets.shape[1]] = sets
        wide[:, : self._by_id.size] = sets[:, self._by_id]
        with self._locked():
            content = self._path.read_bytes() if self._path.exists() else None
            if self._ledger is None or content != self._written:
                self._ledger = self._read(content)
            shown = self._ledger.give(wide)
            if follow := self._ledger.recoverable:
                self._ledger = None  # what was asked for is told to nobody, so it is not remembered
                raise ReportError(
                    f"{follow} hidden counts of these tables follow from what was told of the cohort before, with "
                    f"{self._rule}. Nothing of them is given out; accepted is coarser rounding, or fewer tables."
                )
            self._write(self._ledger)
        return shown

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One report at a time asks the ledger of a cohort."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
            except OSError as error:
                raise ReportError(
                    f"{lock.name}: cannot be locked ({error.strerror}), so nothing keeps two reports apart. "
                    "Accepted is a ledger on another file system."
                ) from error
            yield

    def _read(self, content: bytes | None) -> Ledger:
        if content is None:
            return Ledger(self._patients, self._rule)
        try:
            with np.load(BytesIO(content)) as kept:
                about = json.loads(str(kept["about"]))
                packed = kept["told"], kept["withheld"]
        except (ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
            raise ReportError(
                f"{self._path}: not a ledger, or a broken one; what was given out of the cohort is no longer known. "
                "Bring it back, or choose another ledger and take back what was given out."
            ) from error
        if about != self._about():
            raise ReportError(
                f"{self._path}: found {about}; this report asks for {self._about()}. What was given out of a cohort "
                "by one rule cannot be held against what another gives out: keep to the first, or choose another "
                "ledger and take back what was given out."
            )
        told, withheld = (np.unpackbits(sets, axis=1, count=self._patients).astype(bool) for sets in packed)
        return Ledger(self._patients, self._rule, told, withheld)

    def _write(self, ledger: Ledger) -> None:
        content = BytesIO()
        np.savez_compressed(
            content,
            about=json.dumps(self._about()),
            told=np.packbits(ledger.told, axis=1),
            withheld=np.packbits(ledger.withheld, axis=1),
        )
        self._written = content.getvalue()
        write_whole(self._path, self._written)

    def _about(self) -> dict[str, int]:
        return {
            "threshold": self._rule.threshold,
            "rounding": self._rule.rounding,
            "patients": self._patients,
        }
