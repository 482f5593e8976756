"""Run a study and say which of its key numbers are others than those that were accepted; exit with 1 if any is.

    python examples/nightly.py studies/amendments.yaml            # compares with studies/amendments.expected.json
    python examples/nightly.py studies/amendments.yaml --accept   # writes studies/amendments.expected.json

The accepted numbers stand in a file beside the study and say of which study they are; those of another one are neither
compared nor replaced. Everything after the study and this script's own options goes to `postgraft report`, such as
`--jobs 2`. Exit status: 0 all numbers are as accepted, 1 a number changed or the run failed, 2 bad input.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from postgraft.extract.write import check_outside_extracts
from postgraft.vocabulary.errors import PostgraftError

ABSENT = "–"

Numbers = dict[str, Any]
"""Key numbers by "COHORT / NOTEBOOK / NAME"."""


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", help="study file, or folder of a cohort extract")
    parser.add_argument("--expected", type=Path, metavar="FILE", help="accepted numbers (STUDY.expected.json)")
    parser.add_argument("--accept", action="store_true", help="write the new numbers as the accepted ones")
    given, for_report = parser.parse_known_args(arguments)
    expected = given.expected or accepted_file(Path(given.study))
    study = Path(os.path.relpath(Path(given.study).resolve(), expected.resolve().parent)).as_posix()
    try:
        before = accepted(expected, study)
    except (PostgraftError, OSError) as error:
        parser.error(str(error))
    if not (given.accept or before):
        parser.error(f"{expected}: there is no such file; --accept writes it")

    status, made = run(given.study, for_report)
    if status:
        return status
    found = {"study": study, "extracts": extracts(made), "numbers": numbers(made)}
    if given.accept:
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"Accepted {len(found['numbers'])} numbers: {expected}")
        return 0
    return compared(before, found)


def accepted_file(study: Path) -> Path:
    """The file of a study's accepted numbers: `STUDY.expected.json` beside the study file or the cohort's folder."""
    whole = study.resolve()
    return whole.with_name(f"{whole.stem if whole.suffix in ('.yaml', '.yml') else whole.name}.expected.json")


def accepted(path: Path, study: str) -> dict[str, Any]:
    """The accepted numbers of a study; empty if there are none yet.

    Raises PostgraftError for a place in an extract and for a file that holds anything else.
    """
    check_outside_extracts(path)
    if not path.parent.is_dir():
        raise PostgraftError(f"{path}: there is no folder {path.parent}; name another file")
    if not path.exists():
        return {}
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        of = found["study"]
    except (ValueError, KeyError, TypeError):
        raise PostgraftError(f"{path}: holds no accepted numbers of a study; name another file") from None
    if of != study:
        raise PostgraftError(f"{path}: has the numbers of {of}, not of {study}; name another file")
    return found


def run(study: str, options: list[str]) -> tuple[int, dict[str, Any]]:
    """Run `postgraft report STUDY --json`: its exit status, and what it printed. Its messages go to stderr."""
    postgraft = Path(sys.executable).with_name("postgraft")
    command: list[str | Path] = [postgraft, "report", study, "--json", *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=False)
    return done.returncode, json.loads(done.stdout) if done.returncode == 0 else {}


def numbers(made: Mapping[str, Any]) -> Numbers:
    """The key numbers of every report."""
    return {
        f"{report['cohort']['name']} / {report['notebook']} / {name}": value
        for report in made["reports"]
        for name, value in report["numbers"].items()
    }


def extracts(made: Mapping[str, Any]) -> dict[str, str]:
    """The fingerprint of every cohort's extract, which tells whether its data are the same."""
    return {report["cohort"]["name"]: report["cohort"]["fingerprint"] for report in made["reports"]}


def compared(before: Mapping[str, Any], now: Mapping[str, Any]) -> int:
    """Print what differs and where it may come from; returns the exit status."""
    names = dict.fromkeys([*before["numbers"], *now["numbers"]])
    changed = [
        (name, str(before["numbers"].get(name, ABSENT)), str(now["numbers"].get(name, ABSENT)))
        for name in names
        if before["numbers"].get(name) != now["numbers"].get(name)
    ]
    if not changed:
        print(f"All {len(names)} numbers are as accepted.")
        return 0
    print(f"{len(changed)} of {len(names)} numbers changed:\n")
    rows = [("Number", "Before", "Now"), *changed]
    first, second, third = (max(map(len, column)) for column in zip(*rows, strict=True))
    for name, old, new in rows:
        print(f"  {name:<{first}}  {old:>{second}}  {new:>{third}}")
    print()
    for cohort, fingerprint in now["extracts"].items():
        same = before["extracts"].get(cohort) == fingerprint
        why = "is the same: the study or the software changed" if same else "is another one than was accepted"
        print(f"The extract of {cohort} {why}.")
    print("\nIf this is as it should be, run again with --accept and commit the file.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
