"""Near misses by threshold: how many patients at which value, and never who."""

import pandas as pd
import pytest
from unit.cohorts import bare
from unit.exhibits.drawing import check_fits_the_page, texts

import postgraft as pg
from postgraft import exhibits
from postgraft.exhibits.near_misses import near_misses_by_threshold

# patient, status, parameter, value, needed, steps
FOUND = [
    ("Anna", "possible", "platelet_engraftment_min", 20.0, 19.0, 1),
    ("Bert", "ineligible", "platelet_engraftment_min", 20.0, 19.0, 1),
    ("Bert", "ineligible", "itp_platelets_max", 30.0, 31.0, 1),
    ("Carl", "ineligible", "platelet_engraftment_min", 20.0, 17.0, 3),
    ("Dora", "possible", "platelet_engraftment_min", 20.0, 21.0, 1),
]


def misses(rows=FOUND):
    """A frame in the form of ``Outcome.near_misses``."""
    frame = pd.DataFrame(rows, columns=["patient_id", "status", "parameter", "value", "needed", "steps"])
    frame.insert(2, "transplant", 1)
    frame.insert(4, "criteria", "platelet_engraftment, immune_cytopenia")
    return frame.assign(unit="10*9/L")


def many(parameters, steps=5):
    return misses(
        [
            (f"{name}-{k}-{i}", "possible", name, 1000.0, 1000.0 - k, k)
            for n, name in enumerate(parameters)
            for k in range(1, steps + 1)
            for i in range(40 - n)
        ]
    )


PROTOCOL = pg.load_protocol()
NAMES = [name for name, one in PROTOCOL.parameters.items() if one.type in ("integer", "number")]

FIGURES = {
    "some": lambda: exhibits.near_miss_steps(misses(), PROTOCOL),
    "one": lambda: exhibits.near_miss_steps(misses(FOUND[:1]), PROTOCOL),
    "many": lambda: exhibits.near_miss_steps(many(NAMES[:25]), PROTOCOL),
    "many steps": lambda: exhibits.near_miss_steps(many(NAMES[:3], 12), PROTOCOL, 12),
    "none": lambda: exhibits.near_miss_steps(misses([]), PROTOCOL),
}


@pytest.mark.parametrize("name", FIGURES)
def test_it_fits_the_page_and_nothing_is_cut_off(name):
    check_fits_the_page(FIGURES[name]())


def test_patients_are_counted_by_threshold_direction_and_step():
    found = near_misses_by_threshold(misses())

    columns = ["parameter", "raised", "needed", "steps", "patients", "possible"]
    assert found[columns].to_numpy().tolist() == [
        ["platelet_engraftment_min", False, 19, 1, 2, 1],
        ["platelet_engraftment_min", False, 17, 3, 1, 0],
        ["itp_platelets_max", True, 31, 1, 1, 0],
        ["platelet_engraftment_min", True, 21, 1, 1, 1],
    ]
    assert "patient_id" not in found


def test_a_row_for_each_direction_with_its_total():
    made = FIGURES["some"]()
    shown = texts(made)

    assert [words for words in shown if "\nlowered" in words or "\nraised" in words] == [
        "Platelets for engraftment, at least (I3b)\nlowered from 20 ×10⁹/L",
        "ITP: platelets, at most (I5c)\nraised from 30 ×10⁹/L",
        "Platelets for engraftment, at least (I3b)\nraised from 20 ×10⁹/L",
    ]
    inside = [text.get_text() for text in made.figure.axes[0].texts]
    assert " ".join(inside) == "2 at 19 1 at 17 3 1 at 31 1 1 at 21 1"  # a total ends each row
    assert "4 patients would enter if one threshold moved by up to 5 steps" in shown


def test_what_the_figure_says():
    assert FIGURES["some"]().alt == (
        "4 patients not eligible would be if one threshold were moved by up to 5 steps, 3 by a single step. "
        "Most: Platelets for engraftment, at least (I3b) lowered from 20 ×10⁹/L, 3 patients."
    )
    assert FIGURES["one"]().alt == (
        "1 patient not eligible would be if one threshold were moved by up to 5 steps, 1 by a single step. "
        "Most: Platelets for engraftment, at least (I3b) lowered from 20 ×10⁹/L, 1 patient."
    )


def test_of_more_thresholds_than_fit_those_with_most_patients_are_drawn():
    shown = texts(FIGURES["many"]())

    assert len([words for words in shown if "\nlowered" in words]) == 12
    [note] = [words for words in shown if "Not drawn" in words]
    assert note.endswith("Not drawn: 13 thresholds with fewer patients.")


def test_no_patient_is_named():
    figure = FIGURES["some"]()

    for name, *_ in FOUND:
        assert name not in " ".join([*texts(figure), figure.alt])


def test_where_nobody_is_near_words_say_so():
    found = pg.evaluate(bare(0), pg.load_protocol()).near_misses(steps=1)
    said = "Nobody would become eligible if one threshold were moved by up to 1 step."

    assert exhibits.near_miss_steps(found, PROTOCOL, 1).alt == said
