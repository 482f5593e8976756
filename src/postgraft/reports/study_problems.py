"""What is wrong with a study, kept so that the next key is looked into as well."""

from collections.abc import Iterator
from contextlib import contextmanager

from postgraft.vocabulary.errors import ExtractError, PostgraftError


class Problems(list[str]):
    """A line for each problem, beginning with its key; the findings of an extract are one text of several lines."""

    @contextmanager
    def under(self, key: str) -> Iterator[None]:
        """Keep what is wrong with a key instead of raising it."""
        try:
            yield
        except ExtractError as error:
            self.append(f"{key}: {error}".replace("\n", "\n  "))
        except PostgraftError as error:
            self += [f"{key}: {line.removeprefix(f'{key}: ')}" for line in str(error).splitlines()]
