"""The answers of the pages word by word: as usual, of nobody, of hidden counts, and where something cannot be said."""

from functools import cache

import pandas as pd
import pytest
from architecture.project import ROOT
from unit.cohorts import PROTOCOL, bare, eight, eight_extract

import postgraft as pg
from postgraft import exhibits
from postgraft.criteria import CRITERIA
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.disclosure.rule import Rule
from postgraft.exhibits.labels import words
from postgraft.exhibits.said import ci_said, share_said
from postgraft.inference.unknowns import PARTS

MOST_WORDS = 30
WITHOUT_HIV = {"name": "without HIV", "drop": ["hiv"]}
NO_RESPONSE = {"name": "any response", "title": "No response asked for", "drop": ["incomplete_response"]}
LATER = {"name": "later", "set": {"days_since_transplant_min": 60}}
BOTH_WAYS = {"name": "later without HIV", "set": LATER["set"], "drop": ["hiv"]}
IDLE = {"name": "idle", "set": {"days_since_transplant_min": 20}}
READING = {"name": "reading", "kind": "reading", "drop": ["hiv"]}
OTHER_TRIAL = ROOT / "studies" / "protocols" / "invented_vaccine.yaml"


def count(printed):
    return ReleasedCount.of(printed, Rule())


def counting(printed):
    """What prints every count so; None hides it."""
    return lambda marks: [count(printed) for _ in marks]


def said(answer):
    return str(answer).replace("\N{NO-BREAK SPACE}", " ")


def check_short(answer):
    """Marks such as a dash or a per cent sign are no words."""
    found = [word for word in said(answer).split() if any(letter.isalnum() for letter in word)]
    assert len(found) <= MOST_WORDS, found


# Wilson's bounds of 1 of 7 are 0.026 and 0.513, of 2 of 7 0.082 and 0.641, of 0 of 7 0 and 0.354.
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((2, 7), "2 of 7 patients (29 %; 95 % CI 8 – 64 %)"),
        ((1, 1), "1 of 1 patient (100 %; 95 % CI 21 – 100 %)"),
        ((0, 7), "0 of 7 patients (0 %; 95 % CI 0 – 35 %)"),
        ((56, 2000), "56 of 2,000 patients (2.8 %; 95 % CI 2.2 – 3.6 %)"),
        ((0, 0), "0 of 0 patients"),
        ((count(None), count(2000)), "≤ 10 of 2,000 patients"),
        ((count(None), count(None)), "≤ 10 of ≤ 10 patients"),
        ((count(15), count(None)), "15 of ≤ 10 patients"),
        ((count(55), count(2000)), "55 of 2,000 patients (3 %; 95 % CI 2 – 4 %)"),
        ((count(20), count(15)), "20 of 15 patients (100 %; 95 % CI 80 – 100 %)"),
        ((2, 7, "transplant"), "2 of 7 transplants (29 %; 95 % CI 8 – 64 %)"),
    ],
)
def test_a_share_is_said_with_its_denominator_and_interval(given, expected):
    assert share_said(*given).replace("\N{NO-BREAK SPACE}", " ") == expected


def test_an_interval_is_whole_below_a_hundred_and_of_printed_counts():
    found = [ci_said(2, 7), ci_said(56, 2000), ci_said(count(55), count(2000))]

    assert [one.replace("\N{NO-BREAK SPACE}", " ") for one in found] == ["8 – 64 %", "2.2 – 3.6 %", "2 – 4 %"]


def population(outcome):
    return exhibits.answer_population(outcome, outcome.estimate(draws=2) if isinstance(outcome, pg.Outcome) else None)


def released(printed):
    outcome = eight().released(counting(printed))
    return exhibits.answer_population(outcome, outcome.estimate())


def seen_briefly():
    """One patient who meets every criterion on all of days 0 to 9, the last that are observed."""
    rulings = [("P", name, 0, 9, "PASS") for name in pg.load_protocol().criteria]
    people = {"patient_id": ["P"], "sex": "male", "age_at_transplant": 50, "last_contact_day": 9}
    columns = ["patient_id", "criterion", "start_day", "end_day", "verdict"]
    extract = pg.Extract.from_tables(
        {"format": 1, "name": "Brief", "time": "days"},
        {
            "patients": pd.DataFrame(people),
            "transplants": pd.DataFrame({"patient_id": ["P"], "transplant_day": 0, "type": "allogeneic"}),
            "adjudications": pd.DataFrame(rulings, columns=columns),
        },
    )
    return pg.evaluate(extract, pg.load_protocol())


ASKED = "met all criteria for 7 or more days"
POPULATION = {
    # "sure" is eligible on days 56 to 69, "dies" on days 56 to 63.
    f"2 of 7 patients (29 %; 95 % CI 8 – 64 %) {ASKED}: first on day 56, for 11 days (medians); 0 % still 14 days "
    "later.": lambda: population(eight()),
    f"0 of 3 patients (0 %; 95 % CI 0 – 56 %) {ASKED}.": lambda: population(pg.evaluate(bare(3), pg.load_protocol())),
    f"0 of 0 patients {ASKED}.": lambda: population(pg.evaluate(bare(0), pg.load_protocol())),
    f"≤ 10 of ≤ 10 patients {ASKED}.": lambda: released(None),
    f"25 of 25 patients (100 %; 95 % CI 87 – 100 %) {ASKED}.": lambda: released(25),
    # Of day 14 after the first nothing is known where observation ends on day 9.
    f"1 of 1 patient (100 %; 95 % CI 21 – 100 %) {ASKED}: first on day 0, for 10 days (medians).": lambda: population(
        seen_briefly()
    ),
}


@pytest.mark.parametrize("expected", POPULATION)
def test_who_could_have_joined(expected):
    made = POPULATION[expected]()

    assert said(made) == expected
    assert "eligible" in made.numbers
    check_short(made)


@cache
def states(protocol=PROTOCOL):
    return pg.computability(eight_extract(), protocol)


def test_which_criteria_the_data_answer_and_what_is_missing_most():
    made = exhibits.answer_data(states(), eight())

    # "undocumented" lacks HIV; of "unclear" the reviewer left the cytopenia open.
    assert said(made) == (
        "2 of 5 criteria are computed, 2 partly, 0 attested, 1 absent. "
        "Missing most: HIV (1 patient), immune cytopenia (1)."
    )
    check_short(made)


def test_nothing_is_missing_where_nobody_is_left_open():
    made = exhibits.answer_data(states(), eight(PROTOCOL.amend(name="none", set={"days_since_transplant_min": 300})))

    assert said(made) == "2 of 5 criteria are computed, 2 partly, 0 attested, 1 absent."


def test_what_depends_on_a_reading_is_not_called_missing(monkeypatch):
    """No record would settle whether a negative antiglobulin test is accepted."""
    lacking = {"hiv": [0, 1], "aiha.dat_negative_counts": [0, 1, 2], "itp.megakaryocytes": [0], "hepatitis": [2]}
    monkeypatch.setattr("postgraft.exhibits.answerable.needed", lambda *_: lacking)
    made = exhibits.answer_data(states(), eight())

    assert said(made).endswith(" Missing most: HIV (2 patients), hepatitis (1), ITP megakaryocytes (1).")


def test_the_longest_names_leave_the_answer_short(monkeypatch):
    names = [*PARTS, *(one.name for one in CRITERIA)]
    longest = sorted(names, key=lambda name: -len(words(name.replace(".", "_", 1)).split()))[:4]
    monkeypatch.setattr("postgraft.exhibits.answerable.needed", lambda *_: dict.fromkeys(longest, range(1234)))
    made = exhibits.answer_data(states(), eight())

    assert "(1,234 patients)" in str(made)
    check_short(made)


def test_the_criteria_of_the_figure_in_words():
    whole = pg.load_protocol()
    made = exhibits.criteria_states(states(whole), whole)

    assert made.alt == (
        "23 criteria. computed: Adult, Platelet engraftment, Days since transplant, Stable growth factor, GVHD "
        "controlled, No hypersensitivity, Investigational washout, Maintenance therapy; absent: Remission, Neutrophil "
        "engraftment, Neutrophil count, No relapse, Organ function, HIV; partly: Immune cytopenia, Incomplete "
        "response, Hepatitis, Not pregnant, No TA-TMA; attested: Contraception, Consent, No uncontrolled condition, No "
        "contraindication."
    )
    [axes] = made.figure.axes
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["computed", "partly", "attested", "absent"]
    assert len(axes.get_yticklabels()) == 23


def compared(*amendments):
    return pg.compare(eight_extract(), PROTOCOL, list(amendments))


def combined(*amendments):
    return pg.frontier(eight_extract(), PROTOCOL, list(amendments), 2)


def printed(number, *amendments):
    return eight().released(counting(number)).compare(list(amendments))


CHANGES = {
    # Without HIV "undocumented" gets in, without a response "untreated"; from day 60 on "dies" is lost.
    "No response asked for gains 1 (95 % CI 0 – 4); 2 amendments together 2 (best of 3, chosen after looking).":
        lambda: exhibits.answer_changes(compared(NO_RESPONSE, WITHOUT_HIV), combined(NO_RESPONSE, WITHOUT_HIV)),
    "Without HIV gains 1 (95 % CI 0 – 4).": lambda: exhibits.answer_changes(compared(WITHOUT_HIV, IDLE)),
    "Later without HIV gains 1 (95 % CI 0 – 4) and loses 1.": lambda: exhibits.answer_changes(compared(BOTH_WAYS)),
    "No amendment gains a patient.": lambda: exhibits.answer_changes(compared(LATER, IDLE)),
    "No amendment of the protocol was given.": lambda: exhibits.answer_changes(compared(READING)),
    "Without HIV gains 25 (95 % CI 22 – 25) and loses 25.": lambda: exhibits.answer_changes(printed(25, WITHOUT_HIV)),
    "No amendment gains a number of patients that is printed.":
        lambda: exhibits.answer_changes(printed(None, WITHOUT_HIV)),
}  # fmt: skip


@pytest.mark.parametrize("expected", CHANGES)
def test_which_change_brings_most(expected):
    made = CHANGES[expected]()

    assert said(made) == expected
    assert "eligible" in made.numbers
    check_short(made)


def test_a_combination_that_gains_no_more_than_one_change_is_not_named():
    made = exhibits.answer_changes(compared(WITHOUT_HIV, IDLE), combined(WITHOUT_HIV, IDLE))

    assert "together" not in str(made)


def test_the_forest_and_the_short_table_of_eight_patients():
    found = compared(NO_RESPONSE, BOTH_WAYS, READING, IDLE)
    made = exhibits.forest(found)

    assert made.alt == (
        "Eligible patients gained and lost under 4 changes. Amendments: No response asked for, gained 1, lost 0; "
        "Later without HIV, gained 1, lost 1. Other readings of the record: Reading, gained 1, lost 0."
    )
    html = exhibits.changes_short_table(found).html
    assert "Of 7 patients with an allogeneic transplant." in html
    assert "1 (0 – 4)" in html
    assert "Reading" not in html


@cache
def limits(protocol=PROTOCOL, printed=0):
    how = {} if printed == 0 else {"count": counting(printed)}
    return said(exhibits.limitations(pg.evaluate_readings(eight_extract(), protocol, **how))).splitlines()


def test_what_limits_the_number_of_eight_patients():
    """Of the eight, "unclear" lacks work-up; the sites of two are not recorded, which is no site."""
    readings = len(pg.load_protocol().readings_used())
    strict, lenient = (
        (pg.evaluate(eight_extract(), pg.load_protocol().reading(name)).patients["status"] == "eligible").sum()
        for name in ("strict", "lenient")
    )

    assert limits(pg.load_protocol()) == [
        "- Records. 1 patient is not ruled out because work-up is missing; who was tested was mostly suspected of the "
        "disease.",
        f"- Wording. The record leaves {readings} points open: read strictly {strict} are eligible, read widely "
        f"{lenient}.",
        "- Not in data. 4 criteria only the patient or a physician can answer, consent among them; they count as met, "
        "so fewer would enrol.",
        "- One network. 2 sites of one network, looked at afterwards; others may differ.",
    ]


def test_what_nobody_attests_is_said_as_it_counts():
    assert not any("Not in data" in line for line in limits())  # the five criteria are all of data
    opened = pg.load_protocol().amend(name="open", set={"attested": "open"})
    [line] = [one for one in limits(opened) if "Not in data" in one]
    assert line.endswith("consent among them; they count as unknown, so that nobody is eligible.")
    assert (pg.evaluate(eight_extract(), opened).patients["status"] == "eligible").sum() == 0


def test_at_release_hidden_numbers_limit_nothing_more():
    assert limits(PROTOCOL, None)[0] == "- Records. ≤ 10 patients are not ruled out because work-up is missing."
    assert limits(PROTOCOL, None)[-1] == "- One network. Sites of one network, looked at afterwards; others may differ."
    assert limits(PROTOCOL, 25)[-1].startswith("- One network. 2 sites and all others of one network,")


def test_limits_of_nobody_speak_of_no_test_and_no_number_of_sites():
    found = said(exhibits.limitations(pg.evaluate_readings(bare(2), pg.load_protocol()))).splitlines()

    assert found[0] == "- Records. 0 patients are not ruled out because work-up is missing."
    assert found[-1] == "- One network. Sites of one network, looked at afterwards; others may differ."


def test_another_trial_speaks_of_no_cytopenia():
    outcome = eight(pg.load_protocol(OTHER_TRIAL))

    assert exhibits.only_this_one(outcome).alt.startswith("Patients who are not eligible, n = 7: ")
    assert said(exhibits.answer_barriers(outcome)).startswith("Of 7 patients, 7 are not eligible: ")


@pytest.mark.parametrize("days", [1, 7])
def test_the_glossary_has_the_words_of_the_contract(days):
    made = exhibits.glossary(PROTOCOL.amend(name="days", set={"eligible_days_min": days}))

    assert [line.split("**")[1] for line in made.markdown.splitlines()] == [
        "Eligible", "Not ruled out", "Cytopenia, treated", "95 % CI", "95 % PI", "Range of bounds",
    ]  # fmt: skip
    assert f"- Eligible: all criteria met on {days} or more consecutive days." in said(made)
