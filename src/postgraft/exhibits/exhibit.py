"""A figure together with the words that stand for it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from matplotlib.figure import Figure

from postgraft.exhibits.style import DPI, SHOWN_DPI, blank, nothing, styled

ABSENT_HEIGHT: Final = 0.5
"""Inches of a figure that holds one line of words."""


@dataclass(frozen=True)
class Exhibit:
    """A figure and its alternative text, which states what the figure shows, with the numbers.

    As the last line of a notebook's cell it shows itself; reports take the alternative text from the output.
    """

    figure: Figure
    alt: str

    def png(self) -> bytes:
        """The figure as a PNG image."""
        image = BytesIO()
        with styled():
            # Without the metadata an image would differ with matplotlib's version alone.
            self.figure.savefig(image, format="png", dpi=DPI, metadata={"Software": None})
        return image.getvalue()

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, str], dict[str, Any]]:
        size = {"width": round(self.figure.get_figwidth() * SHOWN_DPI)}
        return (
            {"image/png": base64.b64encode(self.png()).decode("ascii"), "text/plain": self.alt},
            {"image/png": {"alt": self.alt, **size}},
        )


def absent(words: str) -> Exhibit:
    """A line in place of a figure that would show nothing."""
    with styled():
        figure, [axes] = blank(ABSENT_HEIGHT)
        nothing(axes, words)
    return Exhibit(figure, words)
