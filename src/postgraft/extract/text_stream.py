"""The bytes of a CSV file, plain or gzipped, that fail where a reader would go on to something that is no table."""

import codecs
import gzip
import zlib
from pathlib import Path
from typing import Any, Final, Self

from postgraft.extract.sources import UnreadableError

_FREE: Final = 1 << 26
"""Bytes that a small gzip file may unpack to, whatever its size."""
_RATIO: Final = 200
"""Beyond them, how many bytes there may be for a packed one: tables have 5 to 30, an archive made to harm 1,000."""
NO_CSV: Final = "cannot be read as CSV text"
_NUL: Final = "has NUL bytes, which no text has: save it as CSV UTF-8"
_NOT_UTF8: Final = "is not UTF-8 text: save it as CSV UTF-8"


class TextStream:
    """A binary stream of UTF-8 text; ``read`` raises UnreadableError.

    Refused are bytes that are no text, NUL, what cannot be unpacked or unpacks to far more than a table would, and
    at the end a quote left open: without its other quote a cell would hold all rows that follow it.
    """

    def __init__(self, path: Path) -> None:
        try:
            self.file = path.open("rb")
        except OSError as error:
            raise UnreadableError(NO_CSV) from error
        self.stream: Any = gzip.GzipFile(fileobj=self.file) if path.suffix == ".gz" else self.file
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.size = self.quotes = 0

    def read(self, size: int = -1) -> bytes:
        try:
            data: bytes = self.stream.read(size)
            self.decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise UnreadableError(_NOT_UTF8) from error
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableError(NO_CSV) from error
        self.size += len(data)
        if self.stream is not self.file and self.size > _FREE + _RATIO * self.file.tell():
            raise UnreadableError(
                f"unpacks to more than {_RATIO} times its size, which no table does: save it as CSV without gzip"
            )
        if b"\0" in data:
            raise UnreadableError(_NUL)
        self.quotes += data.count(b'"')
        if not data and self.quotes % 2:
            raise UnreadableError('has a double quote without its other one: put cells in pairs of "')
        return data

    @property
    def closed(self) -> bool:
        return self.file.closed

    def close(self) -> None:
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
