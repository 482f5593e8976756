"""The what-if explorer without a browser: its controls are set, and the panel says what the library computes."""

import subprocess
import sys

import pytest
from bs4 import BeautifulSoup
from unit.cohorts import PROTOCOL, bare, eight, eight_extract

import postgraft as pg
from postgraft.analysis.what_if import Explorer
from postgraft.explorer.controls import (
    LEFT_OUT,
    SEVERAL,
    ChoiceEditor,
    NumberEditor,
    WrittenEditor,
    by_criterion,
    slots,
    span,
)
from postgraft.explorer.explorer import explorer

pytestmark = pytest.mark.slow

DAYS = "days_since_transplant_min"
PARAMETERS = pg.load_protocol().parameters


@pytest.fixture
def view():
    return explorer(eight())


@pytest.fixture(scope="module")
def whole():
    """The explorer of a protocol that drops nothing."""
    return explorer(pg.evaluate(eight_extract(), pg.load_protocol()))


def text(view, part):
    return BeautifulSoup(view.panel[part].value, "html.parser").get_text()


def cells(view, part):
    soup = BeautifulSoup(view.panel[part].value, "html.parser")
    return [[cell.get_text(" ") for cell in row.select("td, th")] for row in soup.select("tbody tr")]


def test_it_begins_with_the_protocol(view):
    counts = Explorer(eight()).base.counts
    assert f"{counts.certain} eligible and {counts.possible} not ruled out, of 7 patients" in text(view, "said")
    assert cells(view, "counts")[0][1:] == [str(counts.certain), "28.6\N{NO-BREAK SPACE}%", "0", "0", "0"]
    assert len(cells(view, "funnel")) == len(PROTOCOL.criteria)
    assert "as it stands" in text(view, "changes")
    assert view.reset_all.disabled


def test_a_slider_moves_the_counts(view):
    expected = Explorer(eight())({DAYS: 60}).counts
    editor = view.editor(DAYS)

    editor.slider.value = 60

    assert editor.number.value == 60
    assert view.found.counts == expected
    assert expected.lost > 0
    assert cells(view, "counts")[0][1] == str(expected.certain)
    assert [row[1] for row in cells(view, "funnel")] == [str(step.remaining_eligible) for step in expected.funnel]
    assert "45 → 60" in text(view, "changes")
    assert f"{DAYS}: 60" in text(view, "changes")
    assert "postgraft-changed" in editor.box._dom_classes
    assert not view.reset_all.disabled


def test_what_is_shown_while_it_computes_and_after(view, monkeypatch):
    seen = []
    view.panel["said"].observe(lambda change: seen.append(change["new"]), "value")
    view.editor(DAYS).slider.value = 60
    assert "computing" in seen[0]
    assert "eligible" in seen[-1]
    assert len(seen) == 2


def test_several_changes_and_a_dropped_criterion_are_told_together(view):
    view.groups["hiv"].open()
    view.groups["hiv"].switch.value = True
    view.editor(DAYS).number.value = 50
    view.editor("hiv_reading").choice.value = "documented_negative"

    amended = {"set": {DAYS: 50, "hiv_reading": "documented_negative"}, "drop": ["hiv"]}
    row = pg.compare(eight_extract(), PROTOCOL, [{"name": "x", **amended}]).iloc[1]
    assert view.found.counts.certain == row["certain"]
    assert view.found.counts.gained_or_possible == row["gained_or_possible"]
    assert dict(view.found.amendment.set) == amended["set"]
    assert view.found.amendment.drop == ("hiv",)
    assert "HIV, dropped" in text(view, "funnel")
    assert view.groups["hiv"].head.description.endswith("• 1 changed • dropped")


def test_a_value_that_is_not_allowed_is_told_in_words_and_no_number_is_shown(view):
    editor = view.editor("neutrophils_min")
    editor.number.value = 500
    assert "neutrophils_min: found 500.0 (out of range)" in text(view, "said")
    assert [view.panel[part].value for part in ("counts", "funnel", "changes")] == ["", "", ""]
    assert editor.slider.value == 1.0

    editor.number.value = 2
    assert "eligible" in text(view, "said")


def test_each_reset_goes_back_to_the_protocol(view):
    editor = view.editor(DAYS)
    editor.slider.value = 60
    [button] = [one for one in editor.box.children[1].children if one.description == "Protocol: 45"]
    button.click()
    assert (editor.slider.value, editor.number.value, button.disabled) == (45, 45, True)
    assert view.found == view.explorer.base

    editor.slider.value = 60
    view.editor("hiv_reading").choice.value = "documented_negative"
    view.drop("hiv")
    view.reset_all.click()
    assert view.found == view.explorer.base
    assert view.dropped == set()
    assert (editor.value, view.editor("hiv_reading").value) == (45, "known_positive")
    assert "changed" not in "".join(group.head.description for group in view.groups.values())


def test_what_the_protocol_drops_already_cannot_be_switched(view):
    view.groups["remission"].open()
    switch = view.groups["remission"].switch
    assert (switch.value, switch.disabled, switch.description) == (True, True, "Dropped by the protocol")
    view.drop("remission", False)
    assert view.found == view.explorer.base


def test_every_parameter_has_one_control_that_takes_its_own_value(whole):
    protocol = whole.explorer.protocol
    found = [slot for group in whole.groups.values() for slot in group.slots]
    names = [slot.parameter.name for slot in found]
    assert set(names) == set(protocol.parameters) - set(LEFT_OUT)
    assert len(set(found)) == len(found)
    kinds = {type(whole.editor(slot.parameter.name, slot.key)) for slot in found}
    assert kinds == {NumberEditor, ChoiceEditor, WrittenEditor}
    for slot in found:
        editor = whole.editor(slot.parameter.name, slot.key)
        assert editor.value == slot.own
        assert editor.box.children[0].description == slot.title
    assert whole._values() == {}


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_slider_stays_within_what_is_allowed(name):
    parameter = PARAMETERS[name]
    for slot in slots(parameter):
        if parameter.allowed is None or slot.own is None or isinstance(slot.own, tuple):
            continue
        step = parameter.step or 1
        low, high = span(parameter.allowed, step, slot.own)
        assert low <= slot.own <= high
        assert parameter.allowed.contains(low)
        assert parameter.allowed.contains(high)
        assert (high - low) / step >= 2


def test_a_number_beyond_the_slider_moves_its_end(view):
    editor = view.editor(DAYS)
    assert editor.slider.max < 1000
    editor.number.value = 1000
    assert (editor.slider.value, editor.slider.max, view.found.counts.certain) == (1000, 1000, 0)


def test_steps_in_binary_are_rounded(whole):
    editor = whole.editor("steroid_dose_tolerance")
    editor.slider.value = 0.1 + 0.2
    assert editor.value == 0.3
    editor.reset()


@pytest.mark.parametrize(
    ("name", "key", "written", "value"),
    [
        ("growth_factors", None, "filgrastim, epoetin", ("filgrastim", "epoetin")),
        ("steroid_full_dose_mg", None, "60", 60.0),
        ("organ_limits", "alt_max_uln", "3", 3.0),
    ],
)
def test_lists_and_limits_that_may_be_none_are_written(whole, name, key, written, value):
    editor = whole.editor(name, key)
    editor.text.value = written
    assert editor.value == value
    set_ = whole.found.amendment.set[name]
    assert (set_ if key is None else set_[key]) == value
    editor.reset()
    assert whole.found == whole.explorer.base


def test_an_entry_of_a_mapping_leaves_the_others(whole):
    editor = whole.editor("onset_after_engraftment_days", "itp")
    editor.slider.value = 20
    assert dict(whole.found.amendment.set["onset_after_engraftment_days"]) == {"aiha": 14, "itp": 20, "prca": 28}
    editor.reset()


def test_a_wrong_code_is_told(whole):
    editor = whole.editor("steroid_full_dose_mg")
    editor.text.value = "much"
    assert "steroid_full_dose_mg: found the text 'much'" in text(whole, "said")
    editor.text.value = "none"
    assert whole.found == whole.explorer.base


def test_the_filter_finds_by_words_and_makes_only_what_it_shows():
    view = explorer(eight())
    view.filter.value = "Platelets MAX"
    note, box = view._results.children
    assert "1 parameter found" in note.value
    assert box is view.editor("itp_platelets_max").box
    assert len(view._editors()) == 1
    assert view._all.layout.display == "none"

    view.filter.value = "I6b"
    assert len(view._results.children) > 2
    view.filter.value = "e"
    assert "the first 12 shown" in view._results.children[0].value
    view.filter.value = ""
    assert view._results.children == ()
    assert view._all.layout.display is None


def test_parameters_stand_with_the_criterion_they_bear_on():
    groups = {name: [p.name for p in some] for name, some in by_criterion(pg.load_protocol()).items()}
    assert list(groups) == [SEVERAL, *pg.load_protocol().criteria]
    assert groups["days_since_transplant"] == [DAYS]
    assert "dependence_steroid_dose" in groups["incomplete_response"]
    assert "itp_platelets_max" in groups["immune_cytopenia"]
    assert "horizon_days" in groups[SEVERAL]


def test_outside_jupyterlab_it_says_so_and_shows_the_base_counts(view):
    bundle = view._repr_mimebundle_()
    soup = BeautifulSoup(bundle["text/html"], "html.parser")
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "needs JupyterLab" in soup.get_text()
    assert "2 eligible and" in soup.get_text()
    assert [table.caption.get_text() for table in soup.select("table")] == [
        "Patients",
        "Patients left when this and all earlier criteria hold on one day",
    ]
    assert soup.select("script, [onerror]") == []
    assert "<script" not in bundle["text/html"]


def test_names_of_a_cohort_or_protocol_are_no_html():
    amended = PROTOCOL.amend(name="<b>x</b>", set={"growth_factors": ["a_code"]})
    view = explorer(eight(amended))
    editor = view.editor("growth_factors")
    editor.text.value = "<script>alert(1)</script>"
    assert "<script" not in view.panel["said"].value


@pytest.mark.parametrize("patients", [0, 1])
def test_of_almost_nobody(patients):
    view = explorer(pg.evaluate(bare(patients), pg.load_protocol()))
    view.editor(DAYS).slider.value = 0
    assert f"of {patients} patient" in text(view, "said")
    assert len(cells(view, "funnel")) == len(pg.load_protocol().criteria)


@pytest.mark.parametrize("module", ["postgraft", "postgraft.exhibits"])
def test_widgets_are_loaded_only_where_they_are_shown(module):
    code = f"import sys, {module}; print('ipywidgets' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
