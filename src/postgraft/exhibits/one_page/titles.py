"""Criteria and parameters in the words of readers."""

from __future__ import annotations

from postgraft.exhibits.labels import label
from postgraft.protocol import Protocol


def criterion_title(protocol: Protocol, name: str) -> str:
    """A criterion by its title, else by its name in words."""
    return str(getattr(protocol.criteria.get(name), "title", "") or label(name))
