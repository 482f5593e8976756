"""The register of the house: who was in which released sets, so that no two versions can be subtracted.

Two versions of a report that are one patient apart reveal that patient: whatever differs between them is due to
that one. So a version is released only if it has the same patients in the same sets as each earlier one, or if
enough patients changed. It holds no identifiers but their codes under the house's secret, and is still as
confidential as the extract: it says who is in a cohort to whoever has the secret.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from postgraft.api import evaluate
from postgraft.disclosure.house import House
from postgraft.extract import Extract
from postgraft.protocol import Amendment, Protocol, load_protocol
from postgraft.release.membership import memberships
from postgraft.reports.project import ReportError, named_input

FILE: Final = "register.json"
LOCK: Final = "register.lock"
FORMAT: Final = 1
CODE: Final = 16
"""Hexadecimal digits kept of a code: among a million patients two share one with a chance of one in 10^7."""
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Version:
    """A released version of a cohort's counts, or one that is to be released.

    ``patients`` are codes of patients, ``sites`` of their sites, and ``members`` for each protocol codes of the sets
    that each of them is in, those of sites left out. The amendments of a protocol are protocols as well. ``released``
    is UTC; ``override`` a reason, or None.
    """

    cohort: str
    patients: Sequence[str]
    sites: Sequence[str]
    members: Mapping[str, Sequence[str]]
    released: str = ""
    signed_by: str = ""
    override: str | None = None

    @classmethod
    def of(cls, cohort: str, extract: Extract, protocols: Mapping[str, Protocol], house: House) -> Version:
        """The version that an extract gives under protocols by their keys; evaluates all of them."""
        ids = [str(one) for one in extract.patients["patient_id"]]
        sites = extract.patients["site"].astype(object)
        members = {}
        outcomes = evaluate(_without_sites(extract), list(protocols.values()))
        for key, outcome in zip(protocols, outcomes, strict=True):
            digests = memberships(outcome)
            members[key] = [_code(house, digests[one].hex()) for one in ids]
        return cls(cohort, [_code(house, one) for one in ids], [_code(house, f"site {one}") for one in sites], members)

    def changed_since(self, earlier: Version) -> int | None:
        """The fewest patients, but for nobody, by whom the tables of one protocol differ between two versions.

        Tables of sites are looked at together with the others, and the others alone: else a site that gets many
        patients would hide that nothing but one patient changed elsewhere. A site under another name is the same one.
        0: no table differs. None where the versions have no patient or no protocol in common, so that one is no
        version of the other.
        """
        common = self.members.keys() & earlier.members.keys()
        if not common or not set(self.patients) & set(earlier.patients):
            return None
        moved = self._moved_since(earlier)
        changed = [
            _different(
                dict(zip(self.patients, self.members[key], strict=True)),
                dict(zip(earlier.patients, earlier.members[key], strict=True)),
            )
            for key in common
        ]
        return min((len(one) for rest in changed for one in (rest, rest | moved) if one), default=0)

    def _moved_since(self, earlier: Version) -> set[str]:
        """Patients who are new, gone or at another site, sites taken for the same by most of their patients."""
        now, then = (dict(zip(one.patients, one.sites, strict=True)) for one in (self, earlier))
        pairs = Counter((now[one], then[one]) for one in now.keys() & then.keys())
        same: dict[str, str] = {}
        for (new, old), _ in pairs.most_common():
            if new not in same and old not in same.values():
                same[new] = old
        return _different({one: same.get(site, site) for one, site in now.items()}, then)


@dataclass(frozen=True)
class Standing:
    """What the register says of a version: in words, and whether it may be released without an override."""

    words: str
    allowed: bool


class Register:
    """The register while it is held: nobody else reads or changes it. Make it with ``held``."""

    def __init__(self, path: Path, versions: Sequence[Version]) -> None:
        self.path, self.versions = path, tuple(versions)

    def standings(self, versions: Sequence[Version], needed: int) -> list[Standing]:
        """Whether each version differs by nobody, or by ``needed`` patients or more, from each one before it.

        Before it are all that were released, and those that stand before it in the same report.
        """
        return [
            _standing(version, [*self.versions, *versions[:place]], needed) for place, version in enumerate(versions)
        ]

    def add(self, versions: Sequence[Version]) -> None:
        """Write these versions down; the file is replaced in one step, or stays as it was."""
        kept = (*self.versions, *versions)
        text = json.dumps({"format": FORMAT, "versions": [asdict(one) for one in kept]}) + "\n"
        new = self.path.with_name(f".{FILE}.new")
        new.unlink(missing_ok=True)  # of a run that was killed
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)
        self.versions = kept


@contextmanager
def held(house: House) -> Iterator[Register]:
    """The register of a house, held until the end of the block, however that comes.

    Raises:
        ReportError: another release holds it, others may read it, or it cannot be read.
    """
    lock = os.open(house.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReportError(f"{house.folder}: another release is at work. Wait for its end, and try again.") from None
        path = house.folder / FILE
        yield Register(path, _read(path))
    finally:
        os.close(lock)


def protocols_of(records: Iterable[Mapping[str, Any]]) -> dict[str, Protocol]:
    """The protocols of provenance records and their amendments, by what distinguishes them.

    A protocol goes by its trial, an amendment of it by what it changes, whatever it is called.
    """
    found = {}
    for record in records:
        protocol = load_protocol(named_input(record["protocol"]))
        trial = protocol.trial.nct_number
        found[trial] = protocol
        for one in record["amendments"]:
            changes = json.dumps({"set": one["set"], "drop": sorted(one["drop"])}, sort_keys=True)
            amendment = Amendment(one["name"], one["set"], tuple(one["drop"]))  # may have the name of one that ships
            found[f"{trial}, {changes}"] = protocol.amended(amendment)
    return found


def signed(version: Version, released: str, signed_by: str, override: str | None) -> Version:
    """The version as it goes into the register."""
    return replace(version, released=released, signed_by=signed_by, override=override)


def _read(path: Path) -> list[Version]:
    if not path.exists():
        return []
    if path.stat().st_mode & OTHERS:
        raise ReportError(
            f"{path}: others may read it; accepted is a file that only its owner may read: chmod 600 {path}"
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] == FORMAT:
            return [Version(**one) for one in content["versions"]]
    except (ValueError, KeyError, TypeError):
        pass
    raise ReportError(
        f"{path}: is not as postgraft wrote it. Bring back a copy: without it nothing keeps a new version apart "
        "from those released before."
    )


def _different(now: Mapping[str, str], then: Mapping[str, str]) -> set[str]:
    return {one for one in now.keys() | then.keys() if now.get(one) != then.get(one)}


def _without_sites(extract: Extract) -> Extract:
    contents = extract.contents
    frames = {**contents.frames, "patients": extract.patients.assign(site=None)}
    return replace(extract, contents=replace(contents, frames=frames))


def _code(house: House, text: str) -> str:
    return house.hmac("register", text).hex()[:CODE]


def _standing(version: Version, before: Iterable[Version], needed: int) -> Standing:
    since = [(earlier, version.changed_since(earlier)) for earlier in before]
    changes = [(earlier, changed) for earlier, changed in since if changed is not None]
    close = [(earlier, changed) for earlier, changed in changes if 0 < changed < needed]
    if close:
        earlier, changed = min(close, key=lambda pair: pair[1])
        than = f"released on {earlier.released}" if earlier.released else f"of {earlier.cohort} in this report"
        patients = "1 patient" if changed == 1 else f"{changed} patients"
        return Standing(
            f"{version.cohort}: tables differ by {patients} from the version {than}; "
            f"accepted is by none, or by {needed} or more, as what differs reveals these patients. {needed - changed} "
            "more must change; or somebody answers for it with --override REASON.",
            allowed=False,
        )
    if not changes:
        words = (
            "no patient is in the register. If a version of it was released before, its identifiers were made anew "
            "since, and nothing keeps the two versions apart."
        )
    elif least := min(changed for _, changed in changes):
        words = f"tables differ by {least} patients or more from each earlier version."
    else:
        words = "every patient is in the same sets as in an earlier version, so every count prints the same."
    return Standing(f"{version.cohort}: {words}", allowed=True)
