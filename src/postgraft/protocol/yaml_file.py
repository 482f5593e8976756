"""Reading YAML so that a mistake in it is told with its place, and a key written twice is a mistake."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from postgraft.vocabulary.errors import ProtocolError


class _Loader(yaml.CSafeLoader):
    """PyYAML keeps the last of two equal keys without a word: a threshold set twice would get lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                continue  # no protocol file has such keys; PyYAML refuses those it cannot hash
            if (key_node.tag, key_node.value) in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key_node.value!r} is written twice", key_node.start_mark
                )
            seen.add((key_node.tag, key_node.value))
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> object:
    """The content of a YAML file.

    Raises:
        ProtocolError: the file cannot be read, is not UTF-8 or not YAML, or repeats a key.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except OSError as error:
        raise ProtocolError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise ProtocolError(f"{path}: is not UTF-8 text.") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ProtocolError(f"{path}{place}: not valid YAML ({error.problem}).") from None
    except yaml.YAMLError as error:
        raise ProtocolError(f"{path}: not valid YAML ({error}).") from None
