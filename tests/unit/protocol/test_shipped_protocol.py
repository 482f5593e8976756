"""The shipped protocol is whole: every statement answered, every parameter described."""

import pytest

from postgraft.protocol import Protocol, load_protocol
from postgraft.vocabulary import codes

PROTOCOL = load_protocol("nct05873205")
PARAMETERS = PROTOCOL.parameters.values()
CRITERIA_AND_STATEMENTS = {
    "adult": "I1 minimum_age",
    "remission": "I2",
    "neutrophil_engraftment": "I3a",
    "platelet_engraftment": "I3b",
    "days_since_transplant": "I4",
    "immune_cytopenia": "I5 I5a I5b I5c I5d I5e",
    "incomplete_response": "I6 I6a I6b I6c I6d",
    "neutrophil_count": "I7",
    "stable_growth_factor": "I7a",
    "hepatitis": "I8 E6 E6a E6b",
    "not_pregnant": "I9 E5",
    "contraception": "I10 I11 E5",
    "consent": "I12 E12",
    "no_relapse": "E1",
    "no_ta_tma": "E2",
    "gvhd_controlled": "E3",
    "organ_function": "E4",
    "hiv": "E6",
    "no_uncontrolled_condition": "E7",
    "no_hypersensitivity": "E8",
    "investigational_washout": "E9",
    "maintenance_therapy": "E10",
    "no_contraindication": "E11",
}


def by_name(parameters):
    return pytest.mark.parametrize("parameter", parameters, ids=lambda parameter: parameter.name)


def test_criteria_stand_in_protocol_order_with_their_statements():
    found = {name: " ".join(criterion.statements) for name, criterion in PROTOCOL.criteria.items()}
    assert list(found.items()) == list(CRITERIA_AND_STATEMENTS.items())


def test_every_registry_statement_is_there_once():
    headings = {id_ for id_ in PROTOCOL.statements if id_[1:].isdigit()}
    assert headings == {f"I{n}" for n in range(1, 13)} | {f"E{n}" for n in range(1, 13)}


@pytest.mark.parametrize("statement", PROTOCOL.statements.values(), ids=lambda statement: statement.id)
def test_statement_maps_to_criteria_that_exist(statement):
    assert statement.criteria
    assert set(statement.criteria) <= set(PROTOCOL.criteria)
    expected = "exclusion" if statement.id.startswith("E") else "inclusion"
    assert statement.kind == expected
    assert statement.text.endswith(".")


def test_a_heading_maps_to_the_criteria_of_its_parts():
    assert PROTOCOL.statements["I3"].criteria == ("neutrophil_engraftment", "platelet_engraftment")


def test_a_statement_may_map_to_several_criteria():
    assert PROTOCOL.statements["E6"].criteria == ("hepatitis", "hiv")
    assert PROTOCOL.statements["E5"].criteria == ("not_pregnant", "contraception")


@by_name(PARAMETERS)
def test_parameter_is_described(parameter):
    assert parameter.help.endswith(".")
    assert parameter.statements
    assert set(parameter.statements) <= set(PROTOCOL.statements)
    if parameter.type in ("integer", "number", "integers", "mapping"):
        assert parameter.unit
        assert parameter.allowed is not None
    elif parameter.type in ("reading", "flag"):
        assert len(parameter.readings) >= 2
        assert next(iter(parameter.readings)) == parameter.value
    else:
        assert parameter.type == "codes"


@by_name([parameter for parameter in PARAMETERS if parameter.type == "flag"])
def test_flag_has_both_readings(parameter):
    assert set(parameter.readings) == {True, False}


@by_name(PARAMETERS)
def test_parameter_is_readable_by_attribute(parameter):
    # A field or method of Protocol of the same name would shadow it.
    assert not hasattr(Protocol, parameter.name)
    assert getattr(PROTOCOL, parameter.name) == parameter.value


@by_name([parameter for parameter in PARAMETERS if parameter.type == "codes"])
def test_codes_are_known_words(parameter):
    known = {*codes.CONDITIONS, *codes.DRUGS, *codes.NONMALIGNANT_INDICATIONS}
    assert set(parameter.value) <= known


def test_what_the_record_does_not_state_is_ours():
    for name in (
        "blood_count_window_days",
        "baseline_statistic",
        "itp_fall_fraction_min",
        "onset_after_engraftment_days",
        "onset_day_min",
        "spell_days",
        "steroid_carry_days",
        "diagnosis_valid_days",
        "treatment_lead_days",
        "dependence_steroid_days",
        "taper_relapse_days",
        "ivig_wait_days",
        "rituximab_wait_days",
        "other_line_wait_days",
        "eligible_days_min",
        "open_condition_days",
        "graft_bound_conditions",
        "remission_valid_days",
        "pregnancy_days",
        "weight_window_days",
        "onset_day_min",
        "spell_days",
        "steroid_carry_days",
        "diagnosis_valid_days",
        "treatment_lead_days",
        "rituximab_purpose",
        "growth_factor_stable_days",
        "gvhd_drugs",
    ):
        assert PROTOCOL.parameters[name].origin == "ours"
    for name in ("age_min_years", "days_since_transplant_min", "neutrophils_min", "itp_platelets_max"):
        assert PROTOCOL.parameters[name].origin == "registry"


def test_trial_facts():
    trial = PROTOCOL.trial
    assert trial.nct_number == "NCT05873205"
    assert (trial.phase, trial.intervention, trial.target_enrollment) == ("II", "isatuximab", 25)
    assert (trial.start_date.isoformat(), trial.completion_date.isoformat()) == ("2023-07-21", "2026-06-29")
    assert trial.sites == (
        "New York",
        "Commack",
        "Nassau (Rockville Centre)",
        "Basking Ridge",
        "Monmouth (Middletown)",
        "Bergen (Montvale)",
        "Westchester (Harrison)",
    )


@pytest.mark.parametrize(
    ("statement", "said", "not_said"),
    [
        ("E5", "Pregnancy", "breast"),
        ("I10", "from 2 weeks before screening to 5 months after the last dose", "during the study"),
        ("I10", "abstain", ""),
        ("I11", "donate no sperm", "partner"),
        ("I6d", "within 2 weeks", "for whatever reason"),
        ("I7a", "erythropoietin", "two weeks"),
        ("E3", "sponsor and principal investigator", ""),
        ("E9", "sponsor and principal investigator", ""),
        ("E9", "if no toxicity remains", ""),
        ("E10", "sponsor and principal investigator", ""),
        ("E8", "where premedication does not help", ""),
        ("E8", "steroids", ""),
        ("E11", "any concomitant medication", ""),
        ("E11", "hydration", ""),
        ("E2", "Anemia or thrombocytopenia related to", ""),
    ],
)
def test_statements_say_what_the_record_says(statement, said, not_said):
    text = PROTOCOL.statements[statement].text
    assert said in text
    assert not not_said or not_said not in text


def test_steroid_factors_are_mg_prednisone_per_mg():
    factors = PROTOCOL.steroid_factors
    assert factors["prednisone"] == 1.0
    assert factors["methylprednisolone"] == 1.25
    assert factors["hydrocortisone"] == 0.25
    assert factors["dexamethasone"] == pytest.approx(5 / 0.75, abs=1e-4)
    assert factors["betamethasone"] == pytest.approx(5 / 0.6, abs=1e-4)
    assert not any(drug.startswith("budesonide") for drug in factors)
    assert set(factors) <= set(codes.DRUGS)


def test_half_lives_are_days_of_named_drugs():
    half_lives = PROTOCOL.half_life_days
    assert half_lives["isatuximab"] == 28.0
    assert half_lives["gilteritinib"] == pytest.approx(113 / 24)
    assert not any("default" in drug.lower() for drug in half_lives)
    assert set(half_lives) <= set(codes.DRUGS)
