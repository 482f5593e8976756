"""What names of drugs and routes say."""

import pytest

from postgraft.sources.doses import is_piece, read_form, read_route, strength


@pytest.mark.parametrize(("name", "found"), [
    ("prednisone 20 MG Oral Tablet [Deltasone 20 MG]", (20.0, "mg")),
    ("24 HR tacrolimus 0.5 MG Extended Release Oral Capsule", (0.5, "mg")),
    ("Dexamethason 0,5 mg Tabletten", (0.5, "mg")),
    ("mycophenolate mofetil 1,000 mg tab", (1000.0, "mg")),
    ("x 1.000 mg tab", None),
    ("sulfamethoxazole 800 MG / trimethoprim 160 MG Oral Tablet", None),
    ("methylprednisolone 4 MG Oral Tablet Pack", None),
    ("dexamethasone 4 MG/ML Injection", None),
    ("prednisone 1 MG/ML Oral Solution", None),
    ("cap 250 mcg/dose", None),
    ("prednisone Oral Tablet", None),
])  # fmt: skip
def test_one_strength_of_a_tablet_or_capsule(name, found):
    assert strength(name) == found


@pytest.mark.parametrize(("text", "route"), [
    ("Oral route", "oral"), ("PO", "oral"), ("IV", "intravenous"), ("I.V. push", "intravenous"),
    ("Oral inhalation", "inhaled"), ("Ocular route of administration", "topical"), ("subcut", "other"),
    ("somewhere", None),
])  # fmt: skip
def test_routes_by_their_names(text, route):
    assert read_route(text) == route


@pytest.mark.parametrize(("name", "route"), [
    ("prednisolone 10 MG/ML Ophthalmic Suspension", "topical"), ("hydrocortisone 1 % Topical Cream", "topical"),
    ("budesonide Inhalation Powder", "inhaled"), ("methylprednisolone 40 MG/ML Injection", "other"),
    ("cyclosporine 100 MG Oral Capsule, gel cap", "oral"), ("prednisone", None), ("drug for the eye po", None),
])  # fmt: skip
def test_routes_by_the_dose_form_in_a_name(name, route):
    assert read_form(name) == route


def test_pieces_are_counted_in():
    assert [is_piece(unit) for unit in ("tablet", "Capsules", "{tab}", "mg", "captopril")] == [True] * 3 + [False] * 2
