"""The manifest as text: YAML with every scalar kept as it is written."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import yaml


def parse_yaml(text: str) -> Any:
    """YAML with every scalar as text: a site NO stays "NO", 007 stays "007". Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_TextLoader)


class _TextLoader(yaml.BaseLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str) or key in mapping:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key} is there twice", key_node.start_mark
                )
            mapping[key] = self.construct_object(value_node, deep=True)
        return mapping


def as_text(value: Any) -> Any:
    """A manifest given as Python values in the form that ``parse_yaml`` gives."""
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
