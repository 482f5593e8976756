"""Data of a study file as the text of a YAML file of its own."""

import yaml


def as_yaml(content: object) -> str:
    """The same data, written the same way whatever the layout was in the study file."""
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)
