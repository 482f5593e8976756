"""Rows of a frame by attribute; a checker cannot know their types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows, each with its columns as attributes."""
    yield from frame.itertuples(index=False)


def highest(frame: pd.DataFrame, column: str) -> Any:
    """The row with the highest value of a column, the first of several."""
    return frame.iloc[int(frame[column].to_numpy().argmax())]
