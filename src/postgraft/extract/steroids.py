"""Corticosteroid doses that look as if "/kg" had been left out of their unit."""

from typing import Any, Final

import numpy as np

from postgraft.extract.cells import Mask, spread
from postgraft.extract.notes import Place
from postgraft.extract.people import People
from postgraft.vocabulary.codes import CORTICOSTEROIDS, ROUTES

_REPLACEMENT_MG: Final = 5.0
"""About what an adult makes in a day, as prednisone; who treats a disease gives more, at least at first."""
_LOCAL: Final = tuple(ROUTES.index(route) for route in ("topical", "inhaled"))


def watch_corticosteroids(columns: dict[str, Any], kept: Mask, people: People, place: Place) -> None:
    """Warns, by site, where no corticosteroid is dosed per kg and all are under 5 mg.

    ``columns`` are those of the frame of medications, ``kept`` marks the rows that are used.
    """
    names = columns["drug"].categories.isin(CORTICOSTEROIDS)
    steroid = kept & spread(names, columns["drug"].codes, False) & ~np.isin(columns["route"].codes, _LOCAL)
    dosed = steroid & ~np.isnan(columns["dose_mg"])
    per_kg, absolute = dosed & (columns["per"] == "kg"), dosed & (columns["per"] == "")
    site = spread(people.site, np.maximum(columns["patient"], -1), -1)
    for code in np.unique(site[absolute]).tolist():
        rows = absolute & (site == code)
        if not np.any(per_kg & (site == code)) and np.all(columns["dose_mg"][rows] < _REPLACEMENT_MG):
            where = place.at_site(people.sites[code]) if code >= 0 else ""
            found = (
                f"corticosteroids{where} are all under {_REPLACEMENT_MG:g} mg and none per kg: probably mg/kg"
            )
            place.warning("steroid-unit", found, "", rows)
