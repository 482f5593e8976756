"""The house, whoever holds the data: the rule by which all its releases print counts, and a secret.

Both lie in one folder, which no study and no output decides: ``$POSTGRAFT_HOUSE``, else ``postgraft`` in
``$XDG_CONFIG_HOME`` or ``~/.config``. Only what is made for release looks there.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from postgraft.disclosure.rule import LOWEST, Rule
from postgraft.vocabulary.errors import PostgraftError
from postgraft.vocabulary.yaml_text import YamlError, as_value, read_yaml_file

FOLDER: Final = "POSTGRAFT_HOUSE"
"""The environment variable that names the folder."""
RULE_FILE: Final = "house.yaml"
SECRET_FILE: Final = "secret"
SECRET_BYTES: Final = 32
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

Purpose = Literal["cell key", "noise", "register", "fingerprint"]
"""What a code is for; a code for one purpose discloses nothing of that for another."""


@dataclass(frozen=True)
class House:
    """The rule that no study goes below, the secret of all codes, and the folder that both lie in."""

    rule: Rule
    secret: bytes = field(repr=False)
    folder: Path

    def hmac(self, purpose: Purpose, text: str) -> bytes:
        """The code of a text: HMAC-SHA256 (RFC 2104) under the secret, 32 bytes."""
        return hmac.digest(self.secret, f"{purpose}\0{text}".encode(), "sha256")


def house() -> House:
    """The house of whoever runs this; its secret is created when it is asked for the first time.

    Raises:
        PostgraftError: a folder or secret that others may use, a file of wrong form, no place for the folder.
    """
    folder = house_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise PostgraftError(
                f"{folder}: others may write to it; accepted is a folder of your own: chmod 700 {folder}"
            )
        return House(_rule(folder / RULE_FILE), _secret(folder / SECRET_FILE), folder)
    except OSError as error:
        raise PostgraftError(
            f"{folder}: the house's folder cannot be used ({error.strerror}: {error.filename}); {FOLDER} names another."
        ) from None


def house_folder() -> Path:
    """Where rule, secret and register of the house lie.

    Raises:
        PostgraftError: ``$POSTGRAFT_HOUSE`` is relative, so that it would depend on the working directory.
    """
    if named := os.environ.get(FOLDER):
        if not Path(named).is_absolute():
            raise PostgraftError(f"{FOLDER}: found {named!r}; accepted is an absolute path.")
        return Path(named)
    settings = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    return (settings if settings.is_absolute() else Path.home() / ".config") / "postgraft"


def _rule(path: Path) -> Rule:
    """The rule of the house; the usual one where it has none of its own."""
    if not path.exists():
        return Rule()
    try:
        content = read_yaml_file(path, as_value)
    except YamlError as error:
        raise PostgraftError(error.told(path)) from None
    if not isinstance(content, Mapping) or (set(content) - set(LOWEST)):
        raise PostgraftError(f"{path}: found {content!r}; accepted is a mapping with {' and '.join(LOWEST)}.")
    try:
        return Rule(**content)
    except PostgraftError as error:
        raise PostgraftError(f"{path}: {error}") from None


def _secret(path: Path) -> bytes:
    """The secret, created if there is none."""
    if not path.exists():
        _create(path)
    if path.stat().st_mode & OTHERS:
        raise PostgraftError(
            f"{path}: others may read it. With it, released counts can be traced to patients: ask whoever looks after "
            f"the data before you go on; accepted is a file that only its owner may read: chmod 600 {path}"
        )
    content = path.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch(rf"[0-9a-f]{{{2 * SECRET_BYTES}}}", content):
        raise PostgraftError(
            f"{path}: is not the house's secret; accepted are {2 * SECRET_BYTES} hexadecimal digits. Bring it back: "
            "with another one the same counts would be printed with other noise, which gives them away."
        )
    return bytes.fromhex(content)


def _create(path: Path) -> None:
    """Write a new secret, whole before it is there; of two that are created at once the first one stays."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(SECRET_BYTES)}\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
