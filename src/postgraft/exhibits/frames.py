"""Rows of a frame by attribute; a checker cannot know their types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows, each with its columns as attributes."""
    yield from frame.itertuples(index=False)


def highest(frame: pd.DataFrame, column: str) -> Any:
    """The row with the highest value of a column, the first of several."""
    return frame.iloc[int(frame[column].to_numpy().argmax())]


def as_drawn(column: pd.Series) -> NDArray[np.float64]:
    """Counts as lengths of bars."""
    return np.asarray(column, float)
