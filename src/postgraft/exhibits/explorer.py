"""The what-if explorer: thresholds, choices and criteria to change, and at once what comes of it; for JupyterLab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from postgraft.eligibility import Outcome
from postgraft.eligibility.whatif.explore import Explorer

if TYPE_CHECKING:
    from postgraft.exhibits.explorer_view import View

WIDE: Final = 4
"""A parameter that bears on so many criteria stands with those that concern several."""

SEVERAL: Final = "Several criteria"

LEFT_OUT: Final = ("eligible_days_reported",)
"""Parameters that change what reports count beside, and nothing that the explorer shows."""


def explorer(outcome: Outcome) -> View:
    """Controls for every parameter and criterion of the protocol, and live counts against it.

    As the last line of a cell it shows itself: in JupyterLab the explorer, elsewhere a sentence that it needs
    JupyterLab and the counts of the protocol as it stands.
    """
    from postgraft.exhibits.explorer_view import View  # widgets are loaded only where they are shown

    return View(Explorer(outcome))


def by_criterion(protocol: Any) -> Mapping[str, Sequence[Any]]:
    """Parameters by the criterion that they most bear on, in protocol order, those of several first.

    A parameter bears on the criteria that answer its statements, most on the one that answers most of them, or is
    about little else; every criterion has an entry.
    """
    groups: dict[str, list[Any]] = {SEVERAL: [], **{name: [] for name in protocol.criteria}}
    for parameter in protocol.parameters.values():
        if parameter.name not in LEFT_OUT:
            groups[_home(protocol, parameter)].append(parameter)
    return groups


def _home(protocol: Any, parameter: Any) -> str:
    shared = {
        name: len({*criterion.statements} & {*parameter.statements})
        for name, criterion in protocol.criteria.items()
    }
    borne_on = [name for name, count in shared.items() if count]
    if not 0 < len(borne_on) < WIDE:
        return SEVERAL

    def weight(name: str) -> tuple[int, float]:
        return shared[name], shared[name] / len(protocol.criteria[name].statements)

    home: str = max(borne_on, key=weight)  # of equal ones the first, in protocol order
    return home
