"""How a written word is compared with a vocabulary, and which known word it was probably meant to be.

The type of a column of words, the same whatever options of pandas the user has set.
"""

import difflib
import re
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

_SEPARATORS = re.compile(r"[\s\-]+")


def normal_word(text: str) -> str:
    """Lower case, no outer blanks, inner ones and hyphens as underscores: "Acute GVHD" is ``acute_gvhd``."""
    return _SEPARATORS.sub("_", text.strip().casefold())


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like ``word``, or None when none is close enough to suggest."""
    by_normal = {normal_word(name): name for name in known}
    close = difflib.get_close_matches(normal_word(word), by_normal, n=1, cutoff=0.75)
    return by_normal[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A coaching clause in brackets after a blank, or nothing.

    >>> did_you_mean("haemoglobin", ["hemoglobin", "haptoglobin"])
    ' (did you mean hemoglobin?)'
    """
    close = nearest(word, known)
    return f" (did you mean {close}?)" if close is not None and close != word else ""


TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)
"""What pandas makes of words by default; ``"str"`` is plain objects, and a missing one "None", where a user says so."""


def whole(numbers: Any) -> Any:
    """Numbers, NaN or None where there is none, as pandas' whole numbers with missing ones, whatever its options.

    >>> whole([1.0, float("nan")]).tolist()
    [1, <NA>]
    """
    values = pd.Series(numbers).to_numpy(dtype=np.float64, na_value=np.nan)
    missing = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(missing, 0, values).astype(np.int64), missing)


def with_whole(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The frame with these columns as of ``whole``."""
    return frame.assign(**{column: whole(frame[column]) for column in columns})
