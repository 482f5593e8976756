"""Draws the rooms of the package and who imports whom, from the imports themselves.

    python tools/rooms.py > docs/rooms.svg

A row a room, the lowest at the foot; a dot where the room of the row imports the room of the column. All dots lie right
of the diagonal: imports go down only (tests/architecture/test_imports.py, which also holds this
picture against the imports).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parents[1] / "src" / "postgraft"
STEP, LEFT, TOP = 26, 108, 34
"""Side of a cell, width of the names, height above the grid, in pixels."""


def imports(package: Path = PACKAGE) -> dict[str, set[str]]:
    """Room → the rooms that its files import, wherever in them; the package's own file belongs to no room."""
    found: dict[str, set[str]] = {}
    for path in sorted(package.rglob("*.py")):
        room = path.relative_to(package).parts[0].removesuffix(".py")
        if room.startswith("__"):
            continue
        used = found.setdefault(room, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package.name}."):
                used.add((node.module or "").split(".")[1])
    return {room: {one for one in used if one in found and one != room} for room, used in found.items()}


def in_order(edges: Mapping[str, Set[str]]) -> list[str]:
    """The rooms, each after all that it imports; of several the one with fewest imports, then by name."""
    order: list[str] = []
    while len(order) < len(edges):
        ready = [room for room, used in edges.items() if room not in order and used <= {*order}]
        if not ready:
            raise SystemExit("rooms import each other in a circle")
        order.append(min(ready, key=lambda room: (len(edges[room]), room)))
    return order


def picture(edges: Mapping[str, Set[str]]) -> str:
    """The picture as SVG."""
    order = in_order(edges)[::-1]
    size = STEP * len(order)
    width, height = LEFT + size + 70, TOP + size + 70
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="DejaVu Sans, Arial, sans-serif" font-size="13" role="img">',
        "<title>Rooms of postgraft: a dot where the room of the row imports the room of the column</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for i, room in enumerate(order):
        y = TOP + STEP * i
        parts.append(f'<path d="M{LEFT} {y}h{size}M{LEFT + STEP * i} {TOP}v{size}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + STEP * 0.66:.0f}" text-anchor="end">{room}</text>')
        parts.append(f'<rect x="{LEFT + STEP * i}" y="{y}" width="{STEP}" height="{STEP}" fill="#d9d9d9"/>')
        x, foot = LEFT + STEP * i + STEP // 2, TOP + size + 8
        parts.append(f'<text x="{x}" y="{foot}" transform="rotate(45 {x} {foot})">{room}</text>')
        for j, other in enumerate(order):
            if other in edges[room]:
                centre = f'cx="{LEFT + STEP * j + STEP // 2}" cy="{y + STEP // 2}"'
                parts.append(f'<circle {centre} r="6" fill="#1f5a99"><title>{room} imports {other}</title></circle>')
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(picture(imports()))
