"""A manifest given as Python values, in the form that reading its YAML as text gives."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any


def as_text(value: Any) -> Any:
    """A manifest given as Python values in the form that ``yaml_text.as_written`` gives."""
    if isinstance(value, Mapping):
        return {str(key): as_text(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_text(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
