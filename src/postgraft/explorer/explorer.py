"""The what-if explorer: thresholds, choices and criteria to change, and at once what comes of it; for JupyterLab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import ipywidgets as widgets

from postgraft.analysis.what_if import Explored, Explorer
from postgraft.api import Outcome
from postgraft.exhibits.figure import counted
from postgraft.exhibits.labels import label
from postgraft.explorer.controls import AUTO, FULL, SEVERAL, Editor, Slot, by_criterion, slots
from postgraft.explorer.panel import CSS, NAME_SLIDERS, changes_list, counts_table, funnel_table, said, still

MOST_FOUND: Final = 12
"""So many controls a filter shows; more ask for a longer word."""


def explorer(outcome: Outcome) -> View:
    """Controls for every parameter and criterion of the protocol, and live counts against it.

    As the last line of a cell it shows itself: in JupyterLab the explorer, elsewhere a sentence that it needs
    JupyterLab and the counts of the protocol as it stands.
    """
    return View(Explorer(outcome))


class ControlGroup:
    """The controls of one criterion, made when they are first looked at, as there are more than a hundred in all.

    ``head`` shows and hides ``box``; ``switch`` drops the criterion.
    """

    def __init__(self, view: View, name: str, position: int, parameters: Sequence[Any]) -> None:
        self.name, self._view = name, view
        self._title = label(name) if name == SEVERAL else f"{position}. {label(name)}"
        self.slots = [slot for parameter in parameters for slot in slots(parameter)]
        self.editors: dict[Slot, Editor] = {}
        self.head = widgets.ToggleButton(layout=FULL)
        self.head.add_class("postgraft-group")
        self.head.observe(lambda change: self.open(change["new"]), "value")
        self.box = widgets.VBox([], layout={"display": "none"})
        self.switch: widgets.Checkbox | None = None

    def editor(self, slot: Slot) -> Editor:
        """The control of one of its slots."""
        if slot not in self.editors:
            self.editors[slot] = slot.editor(self._view.refresh)
        return self.editors[slot]

    def open(self, shown: bool = True) -> None:
        """Show its controls, or hide them."""
        if shown and not self.box.children:
            self.box.children = [*self._switch(), *(self.editor(slot).box for slot in self.slots)]
        self.box.layout.display = None if shown else "none"
        self.head.value = shown
        self.name_head()

    def name_head(self) -> None:
        """Say on its head what is in it: how many controls, and how many are changed."""
        count = f" ({len(self.slots)})" if self.slots else ""
        changes = sum(editor.is_changed for editor in self.editors.values())
        said = [f"{changes} changed"] if changes else []
        said += ["dropped"] if self.name in self._view.dropped else []
        marks = "".join(f" • {one}" for one in said)
        self.head.description = f"{'▾' if self.head.value else '▸'} {self._title}{count}{marks}"

    def _switch(self) -> list[widgets.Widget]:
        if self.name == SEVERAL:
            return []
        protocol = self._view.explorer.protocol
        already = self.name in protocol.dropped
        self.switch = widgets.Checkbox(
            value=already or self.name in self._view.dropped,
            description="Dropped by the protocol" if already else f"Drop the criterion {label(self.name)}",
            disabled=already,
            indent=False,
            layout=FULL,
        )
        self.switch.observe(lambda change: self._view.drop(self.name, change["new"]), "value")
        criterion = protocol.criteria[self.name]
        statements = ", ".join(criterion.statements).replace("_", " ")
        note = widgets.HTML(f"<small>{escape(f'{statements}. {criterion.summary}')}</small>")
        box = widgets.VBox([self.switch, note])
        box.add_class("postgraft-row")
        return [box]


class View:
    """What a notebook shows. ``found`` is the latest answer, ``panel`` has it as HTML by part.

    ``editor`` gives a control, ``drop`` switches a criterion off or on, as somebody does by hand.
    """

    def __init__(self, explorer: Explorer) -> None:
        self.explorer, self.found = explorer, explorer.base
        self.dropped: set[str] = set()
        self._quiet = False
        groups = by_criterion(explorer.protocol)
        self.groups = {name: ControlGroup(self, name, i, some) for i, (name, some) in enumerate(groups.items())}
        self.panel = {part: widgets.HTML() for part in ("said", "counts", "funnel", "changes")}
        self.filter = widgets.Text(
            description="Find a parameter", placeholder="e.g. platelets, steroid, I6b", style=AUTO, layout=FULL
        )
        self.filter.observe(lambda change: self._find(change["new"]), "value")
        self.reset_all = widgets.Button(
            description="Reset all", tooltip="Set every parameter and criterion to the protocol's", disabled=True
        )
        self.reset_all.on_click(lambda _: self.reset())
        self._all = widgets.VBox([box for group in self.groups.values() for box in (group.head, group.box)])
        self._results = widgets.VBox([], layout={"display": "none"})
        self.box = self._laid_out()
        self._show(self.found)

    def _laid_out(self) -> widgets.Widget:
        controls = widgets.VBox([self.filter, self._results, self._all])
        head = widgets.HBox([self.panel["said"], self.reset_all])
        answers = widgets.VBox([head, *(self.panel[part] for part in ("counts", "funnel", "changes"))])
        look = widgets.HTML(f"<style>{CSS}</style>")
        whole = widgets.VBox([look, widgets.HBox([controls, answers]), _script()])
        parts = {"controls": controls, "answers": answers, "head": head, "said": self.panel["said"]}
        for name, part in {**parts, "explorer": whole}.items():
            part.add_class(f"postgraft-{name}")
        return whole

    def editor(self, name: str, key: str | None = None) -> Editor:
        """The control of a parameter, of a mapping that of one entry."""
        return next(
            group.editor(slot)
            for group in self.groups.values()
            for slot in group.slots
            if (slot.parameter.name, slot.key) == (name, key)
        )

    def drop(self, criterion: str, off: bool = True) -> None:
        """Leave a criterion out, or ask for it again."""
        if off == (criterion in self.dropped) or criterion in self.explorer.protocol.dropped:
            return
        self.dropped ^= {criterion}
        switch = self.groups[criterion].switch
        if switch is not None:
            switch.value = off
        self.refresh()

    def reset(self) -> None:
        """Everything back to the protocol."""
        self._quiet = True
        for criterion in sorted(self.dropped):
            self.drop(criterion, False)
        for editor in self._editors():
            editor.reset()
        self._quiet = False
        self.refresh()

    def refresh(self) -> None:
        """Answer for what is set now."""
        if self._quiet:
            return
        self.panel["said"].value = "<p>computing …</p>"
        self.found = self.explorer(self._values(), self.dropped)
        self._show(self.found)

    def _editors(self) -> list[Editor]:
        """All controls made so far."""
        return [editor for group in self.groups.values() for editor in group.editors.values()]

    def _values(self) -> Mapping[str, object]:
        values: dict[str, Any] = {}
        for editor in (one for one in self._editors() if one.is_changed):
            name, key = editor.slot.parameter.name, editor.slot.key
            if key is None:
                values[name] = editor.value
            else:
                values.setdefault(name, {})[key] = editor.value
        return values

    def _show(self, found: Explored) -> None:
        self.panel["said"].value = said(found)
        self.panel["counts"].value = counts_table(found)
        self.panel["funnel"].value = funnel_table(found, self.explorer.base)
        self.panel["changes"].value = changes_list(found)
        self.reset_all.disabled = not (self.dropped or any(one.is_changed for one in self._editors()))
        for group in self.groups.values():
            group.name_head()

    def _find(self, text: str) -> None:
        """Show the controls in which every word of a text occurs instead of all groups."""
        asked = text.lower().split()
        self._all.layout.display = "none" if asked else None
        self._results.layout.display = None if asked else "none"
        found = [
            (group, slot)
            for group in self.groups.values()
            for slot in (group.slots if asked else ())
            if slot.is_found_by(asked)
        ]
        more = f", the first {MOST_FOUND} shown" if len(found) > MOST_FOUND else ""
        note = widgets.HTML(f"<small>{counted(len(found), 'parameter')} found{more}</small>")
        boxes = [group.editor(slot).box for group, slot in found[:MOST_FOUND]]
        self._results.children = [note, *boxes] if asked else []

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        shown = self.box._repr_mimebundle_(**options) or {}
        return {**shown, "text/html": still(self.explorer.base), "text/plain": "The what-if explorer"}


def _script() -> widgets.Widget:
    """An output that runs where it is shown and leaves nothing to see."""
    data = {"application/javascript": NAME_SLIDERS}
    return widgets.Output(outputs=({"output_type": "display_data", "data": data, "metadata": {}},))
