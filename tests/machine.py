"""What the tests see of the machine they run on: a home and a house of their own, matplotlib's fonts, no settings.

The root's conftest.py calls ``isolate`` before anything reads a setting; workers of pytest-xdist inherit it.
"""

import os
from importlib.util import find_spec
from pathlib import Path

SETTINGS = ("IPYTHON", "JUPYTER", "MPL", "POSTGRAFT_", "XDG_")
"""Beginnings of the names of variables by which a user sets something up."""

TERMINAL = ("CLICOLOR", "COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS", "LINES", "NO_COLOR", "PY_COLORS", "TERM")
"""Variables by which printed text is laid out or coloured."""

FONTS = Path(find_spec("matplotlib").origin).parent / "mpl-data" / "fonts" / "ttf"  # type: ignore[union-attr, arg-type]

SERIFS = {"dejavu": "DejaVu Serif", "stix": "STIXGeneral"}
"""Serifs in which pages are drawn. The first one, which Debian brings, has ligatures; the other one is narrow."""

FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias binding="same"><family>serif</family><prefer><family>{serif}</family></prefer></alias>
  <alias binding="same"><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


def isolate(home: Path) -> None:
    """Make ``home``, an empty folder, the home of this process and its children; forget what the user set up."""
    for name in list(os.environ):
        if name.startswith(SETTINGS) or name in TERMINAL:
            del os.environ[name]
    for serif in SERIFS:
        fontconfig(home, serif)
    git = home / "gitconfig"
    git.write_text("[safe]\n\tdirectory = *\n")  # the clone may be of another user, as in a container
    os.environ |= {
        "HOME": str(home),
        "POSTGRAFT_HOUSE": str(home / "house"),
        "GIT_CONFIG_GLOBAL": str(git),
        "GIT_CONFIG_NOSYSTEM": "1",
        "FONTCONFIG_FILE": str(home / "dejavu.conf"),
    }


def fontconfig(home: Path, serif: str) -> Path:
    """Write, and return, the file by which programs find no fonts but matplotlib's, with this serif."""
    path = home / f"{serif}.conf"
    path.write_text(FONTCONFIG.format(fonts=FONTS, cache=home / "fonts", serif=SERIFS[serif]))
    return path
