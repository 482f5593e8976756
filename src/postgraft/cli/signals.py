"""Signals that end a command: everything is put away first, as after Ctrl-C."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ENDING = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ended_like_an_interruption() -> Iterator[None]:
    """Meanwhile SIGTERM, and the SIGHUP of a terminal that is closed, raise KeyboardInterrupt.

    The exit status is then the one that shells give to a process ended by the signal: 143 and 129. A signal that is
    ignored, as by ``nohup``, stays so.
    """
    came: list[int] = []

    def interrupt(number: int, _: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    here = threading.current_thread() is threading.main_thread()  # no other may say what a signal does
    mine = [number for number in ENDING if here and signal.getsignal(number) == signal.SIG_DFL]
    for number in mine:
        signal.signal(number, interrupt)
    try:
        yield
    except (SystemExit, KeyboardInterrupt):
        if came:
            raise SystemExit(128 + came[0]) from None
        raise
    finally:
        for number in mine:
            signal.signal(number, signal.SIG_DFL)
