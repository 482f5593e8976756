"""YAML files of protocols, amendments, plans and studies, with every mistake told by its place."""

from pathlib import Path

from postgraft.vocabulary.errors import ProtocolError
from postgraft.vocabulary.yaml_text import YamlError, as_value, read_yaml_file


def read_yaml(path: Path) -> object:
    """The content of a YAML file, as ``yaml_text`` reads it. Raises ProtocolError."""
    try:
        return read_yaml_file(path, as_value)
    except YamlError as error:
        raise ProtocolError(error.told(path)) from None
