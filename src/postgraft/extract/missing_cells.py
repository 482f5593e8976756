"""Cells that the manifest says are empty: the site's own marks for a missing value."""

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from postgraft.extract.sources import Batch


def emptied(batch: Batch, marks: Collection[str]) -> Batch:
    """The batch without the cells that are one of ``marks``: the same text without outer blanks, or the same number.

    ``-99`` is ``-99.0`` too, in text as in a column of numbers.
    """
    if not marks:
        return batch
    numbers = {number for number in map(_number, marks) if number is not None}
    return {name: _emptied(cells, marks, numbers) for name, cells in batch.items()}


def _emptied(cells: pa.Array, marks: Collection[str], numbers: Collection[float]) -> pa.Array:
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    texts = [(text or "").strip() for text in encoded.dictionary.cast(pa.string()).to_pylist()]
    marked = np.array([text in marks or _number(text) in numbers for text in texts], dtype=bool)
    if not marked.any():
        return cells
    codes = encoded.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
    empty = np.append(marked, True)[codes]
    if pa.types.is_dictionary(cells.type):
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=empty), encoded.dictionary)
    return pc.if_else(pa.array(empty), pa.scalar(None, cells.type), cells)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
