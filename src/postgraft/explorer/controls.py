"""The controls of the what-if explorer: one for each number, choice or list of a protocol."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import ipywidgets as widgets

from postgraft.exhibits.labels import label, words
from postgraft.exhibits.thresholds import UNITS

MANY: Final = 9
"""A parameter of so many statements concerns all of them."""

WHOLE_RANGE: Final = 400
"""Up to so many steps a slider has the whole allowed range, else the surroundings of the protocol's value."""

AROUND: Final = 100
"""So many steps above the protocol's value, or up to three times that value, reaches such a slider."""

PLACES: Final = 9
"""Decimals that are kept: a slider adds up its steps in binary."""

WIDE: Final = 4
"""A parameter that bears on so many criteria stands with those that concern several."""

SEVERAL: Final = "Several criteria"

LEFT_OUT: Final = ("eligible_days_reported",)
"""Parameters that change what reports count beside, and nothing that the explorer shows."""

AUTO: Final = {"description_width": "auto"}
FULL: Final[Mapping[str, Any]] = {"width": "100%"}


@dataclass(frozen=True)
class Slot:
    """A parameter, or one entry of a mapping: what a control is made for once somebody looks at it."""

    parameter: Any
    key: str | None = None

    @property
    def own(self) -> Any:
        """The protocol's value."""
        return self.parameter.value if self.key is None else self.parameter.value.get(self.key)

    @property
    def title(self) -> str:
        """What the control is called, with its unit."""
        title = label(self.parameter.name) + (f": {label(self.key)}" if self.key else "")
        unit = UNITS.get(self.parameter.unit, self.parameter.unit)
        return f"{title} ({unit})" if unit and not title.endswith(f" {unit}") else title

    @property
    def note(self) -> str:
        """What it means, and to which statements it belongs."""
        one = self.parameter
        statements = ", ".join(one.statements) if len(one.statements) < MANY else "all statements"
        return f"{statements.replace('_', ' ')}. {one.help} {one.ambiguity}".strip()

    def is_found_by(self, asked: Sequence[str]) -> bool:
        """Whether each of some words, in lower case, occurs in its name, title or note."""
        text = f"{self.parameter.name} {self.title} {self.note}".lower()
        return all(word in text for word in asked)

    def editor(self, changed: Callable[[], None]) -> Editor:
        """Its control; ``changed`` is called whenever another value is set."""
        if self.parameter.type in ("reading", "flag"):
            return ChoiceEditor(self, changed)
        single = self.key is not None or self.parameter.type in ("integer", "number")
        return (NumberEditor if single and self.own is not None else WrittenEditor)(self, changed)


def slots(parameter: Any) -> list[Slot]:
    """What of a parameter can be set by itself: all of it, or each entry of a mapping."""
    if parameter.type == "mapping":
        return [Slot(parameter, key) for key in parameter.keys]
    return [Slot(parameter)]


class Editor:
    """One control: ``box`` is what is shown, ``value`` what is set, ``own`` the protocol's value."""

    def __init__(self, slot: Slot, changed: Callable[[], None]) -> None:
        self.slot, self.own, self.value, self._changed = slot, slot.own, slot.own, changed
        self._back = widgets.Button(
            description=f"Protocol: {shortly(self.own)}",
            tooltip=f"Set {slot.title} to the protocol's value",
            disabled=True,
            layout={"width": "auto", "max_width": "100%", "flex": "0 0 auto"},
        )
        self._back.on_click(lambda _: self.reset())
        note = widgets.HTML(f"<small>{escape(slot.note)}</small>")
        self.box = widgets.VBox([*self._controls(), note])
        self.box.add_class("postgraft-row")

    def _controls(self) -> list[widgets.Widget]:
        """The widgets that set the value, with the reset button among them."""
        raise NotImplementedError

    def _show(self, value: Any) -> None:
        """Bring the widgets to a value."""
        raise NotImplementedError

    @property
    def is_changed(self) -> bool:
        """Whether what is set differs from the protocol."""
        return bool(self.value != self.own)

    def set(self, value: object) -> None:
        """Set a value; what was set before is replaced, and whoever listens is called if it differs."""
        if value == self.value:
            return
        self.value = value
        self._show(value)
        self._back.disabled = not self.is_changed
        (self.box.add_class if self.is_changed else self.box.remove_class)("postgraft-changed")
        self._changed()

    def reset(self) -> None:
        """Back to the protocol's value."""
        self.set(self.own)


class NumberEditor(Editor):
    """A number: a field that takes any, and a slider over the allowed range, or the part of it around the value."""

    def _controls(self) -> list[widgets.Widget]:
        parameter = self.slot.parameter
        self._whole = parameter.whole or parameter.type == "integer"
        self._allowed = parameter.allowed
        step = self._exact(parameter.step or 1)
        low, high = span(parameter.allowed, step, self.own)
        shared = {"value": self.own, "step": step, "description": self.slot.title, "continuous_update": False}
        field = widgets.IntText if self._whole else widgets.FloatText
        slider = widgets.IntSlider if self._whole else widgets.FloatSlider
        self.number = field(**shared, style=AUTO, layout=FULL)
        self.slider = slider(
            **shared,
            min=self._exact(low),
            max=self._exact(high),
            readout=False,
            layout={"flex": "1 1 120px", "width": "auto", "min_width": "100px"},
        )
        self.slider.add_class("postgraft-slider")
        for one in (self.number, self.slider):
            one.observe(lambda change: self.set(self._exact(change["new"])), "value")
        return [self.number, widgets.HBox([self.slider, self._back], layout={"align_items": "center"})]

    def _exact(self, value: float) -> float:
        return int(value) if self._whole else round(float(value), PLACES)

    def _show(self, value: float) -> None:
        # The number may lie beyond an end of the slider, which then moves, or not be allowed at all.
        if self._allowed.contains(value):
            self.slider.max = max(self.slider.max, value)
            self.slider.min = min(self.slider.min, value)
            self.slider.value = value
        self.number.value = value


class ChoiceEditor(Editor):
    """One of the named readings."""

    def _controls(self) -> list[widgets.Widget]:
        readings = self.slot.parameter.readings
        self.choice = widgets.Dropdown(
            options=[(f"{spoken(value)}: {meaning}", value) for value, meaning in readings.items()],
            value=self.own,
            description=self.slot.title,
            style=AUTO,
            layout=FULL,
        )
        self.choice.add_class("postgraft-stacked")
        self.choice.observe(lambda change: self.set(change["new"]), "value")
        return [self.choice, widgets.HBox([self._back])]

    def _show(self, value: object) -> None:
        self.choice.value = value


class WrittenEditor(Editor):
    """A list of codes, or a number that may be none, as text."""

    def _controls(self) -> list[widgets.Widget]:
        self._is_list = isinstance(self.own, tuple)
        self.text = widgets.Text(
            value=self._written(self.own), description=self.slot.title, continuous_update=False, style=AUTO, layout=FULL
        )
        self.text.add_class("postgraft-stacked")
        self.text.observe(lambda change: self.set(self._read(change["new"])), "value")
        return [self.text, widgets.HBox([self._back])]

    def _show(self, value: object) -> None:
        if self._read(self.text.value) != value:
            self.text.value = self._written(value)

    def _written(self, value: object) -> str:
        return ", ".join(map(str, value)) if isinstance(value, tuple) else spoken(value)

    def _read(self, text: str) -> object:
        """What a text stands for; the protocol says what is wrong with what is no number."""
        if self._is_list:
            return tuple(part for part in (part.strip() for part in text.split(",")) if part)
        if text.strip().lower() in ("", "none"):
            return None
        try:
            return float(text)
        except ValueError:
            return text.strip()


def span(allowed: Any, step: float, own: float) -> tuple[float, float]:
    """Lowest and highest value of a slider that goes in such steps."""
    low = allowed.low if allowed.low_closed else allowed.low + step
    high = allowed.high if allowed.high_closed else allowed.high - step
    if not math.isfinite(high) or (high - low) / step > WHOLE_RANGE:
        high = min(high, max(own + AROUND * step, 3 * own))
    return min(low, own), max(high, own)


def spoken(value: object) -> str:
    """A value of a parameter in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    return f"{value:g}" if isinstance(value, float) else words(str(value))


def shortly(value: object) -> str:
    """The same, a list by its length."""
    return f"a list of {len(value)}" if isinstance(value, tuple) else spoken(value)


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
        name: len({*criterion.statements} & {*parameter.statements}) for name, criterion in protocol.criteria.items()
    }
    borne_on = [name for name, count in shared.items() if count]
    if not 0 < len(borne_on) < WIDE:
        return SEVERAL

    def weight(name: str) -> tuple[int, float]:
        return shared[name], shared[name] / len(protocol.criteria[name].statements)

    home: str = max(borne_on, key=weight)  # of equal ones the first, in protocol order
    return home
