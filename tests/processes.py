"""Whether processes of which only the number is known have ended."""

import time
from pathlib import Path

WITHIN = 20
"""Seconds in which a process that was told to end does so, on a busy machine too."""


def ends(process: int | str) -> bool:
    """Whether a process ends soon; one that nobody has asked how it ended counts as ended."""
    until = time.monotonic() + WITHIN
    while (running := is_running(process)) and time.monotonic() < until:
        time.sleep(0.05)
    return not running


def is_running(process: int | str) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
