"""The summary's numbers are those of the library; each kind of cohort gives a page."""

from datetime import date

import pandas as pd
import pytest
from disclosure.printed import HOUSE

import postgraft as pg
from postgraft import exhibits
from postgraft.disclosure.cell_keys import CellKeys
from postgraft.evaluation.count import exact
from postgraft.exhibits.one_page.dumbbell import assumed, not_ruled_out
from postgraft.exhibits.one_page.flow_box import reasons_of
from postgraft.exhibits.one_page.overview import Overview
from postgraft.exhibits.one_page.verdict import verdict, verdict_said
from postgraft.exhibits.said import count_said, rate, whole
from postgraft.extract import Extract
from postgraft.extract.kmsurv import build_kmsurv
from postgraft.forecast.key_figures import KeyFigure, chance
from postgraft.protocol import load_amendments, load_plan
from postgraft.reports import load_cohorts
from postgraft.vocabulary.units import PERCENT

pytestmark = pytest.mark.slow

SITES = {name: f"cohorts/{name}" for name in ("site_a", "site_b", "site_c")}
AMENDMENTS = ["one line enough", "marrow not required"]
"""Two of the menu: four combinations with the protocol."""


def overview(cohorts, level="internal", plan=None):
    """The results on which a summary rests, with two amendments to combine."""
    inputs = load_cohorts(cohorts, "nct05873205", "menu")
    few = {
        name: one._replace(
            amendments=[each for each in one.amendments if each.name in AMENDMENTS],
            counts=CellKeys(one.extract.patients["patient_id"].astype(str), HOUSE).counting
            if level == "release"
            else exact,
        )
        for name, one in inputs.cohorts.items()
    }
    return exhibits.overview(few, plan or load_plan(protocol=inputs.protocol))


@pytest.fixture(scope="module", params=["demo", "site_a", "three sites"])
def made(request):
    cohorts = SITES if request.param == "three sites" else {request.param: f"cohorts/{request.param}"}
    return overview(cohorts)


@pytest.fixture(scope="module")
def outcomes(made):
    """The same cohorts, evaluated by themselves."""
    return [pg.evaluate(one.extract, made.protocol) for one in made.cohorts]


def of_all(outcomes, measure, days=7):
    """The sum of a count over cohorts."""
    frames = [one.summary().query("denominator in ('transplanted', 'in_extract', 'cytopenia')") for one in outcomes]
    kept = [frame[(frame["measure"] == measure) & (frame["days"].isna() | (frame["days"] == days))] for frame in frames]
    return sum(int(frame["count"].iloc[0]) for frame in kept)


def test_counts_are_those_of_the_library(made, outcomes):
    numbers = exhibits.summary_answer(made).numbers
    eligible = sum((one.patients["status"] == "eligible").sum() for one in outcomes)
    open_ = sum((one.patients["status"] == "possible").sum() for one in outcomes)

    assert numbers["transplanted"] == sum(len(one.patients) for one in outcomes)
    assert (numbers["eligible"], numbers["eligible_or_possible"]) == (eligible, eligible + open_)
    assert numbers["possible_documentation"] + numbers["possible_diagnosis"] == open_
    assert [numbers[name] for name in ("cytopenia", "treated")] == [
        of_all(outcomes, "cytopenia"),
        of_all(outcomes, "treated"),
    ]


def test_the_reasons_add_up_to_who_has_a_cytopenia_and_is_not_eligible(made, outcomes):
    eligible = sum(int((one.patients["status"] == "eligible").sum()) for one in outcomes)
    lost = of_all(outcomes, "cytopenia") - eligible
    reasons = reasons_of(made)

    assert sum(reasons.values()) == lost == made.counts.cytopenia - made.counts.eligible
    assert list(reasons)[-1] == "more than one"
    alone = sum((one.barriers().set_index("criterion")["fails_alone"] for one in outcomes[1:]),
                outcomes[0].barriers().set_index("criterion")["fails_alone"])  # fmt: skip
    assert all(patients <= alone[name] for name, patients in reasons.items() if name != "more than one")


def test_the_assumptions_are_those_of_the_protocols_evaluated(made):
    extracts, protocol = [one.extract for one in made.cohorts], made.protocol
    complete = protocol.amend(name="complete", set={"assume_complete": ["conditions"]})
    withheld = protocol.amend(name="withheld", set={"sponsor_agreement": "withheld"})
    expected = {}
    for name, changed, days in (
        ("As recorded", protocol, 7),
        ("Diagnoses taken as complete", complete, 7),
        ("Sponsor's agreement withheld", withheld, 7),
        ("All readings strict", protocol.reading("strict"), 7),
        ("All readings lenient", protocol.reading("lenient"), 7),
        ("Open 14 days, not 7", protocol, 14),
    ):
        found = [pg.evaluate(extract, changed) for extract in extracts]
        expected[name] = of_all(found, "eligible", days), of_all(found, "eligible_or_possible", days)

    assert {one.name: (one.eligible, one.either) for one in assumed(made)} == expected


def test_who_drops_out_with_complete_diagnoses_is_counted_patient_by_patient(made, outcomes):
    complete = made.protocol.amend(name="complete", set={"assume_complete": ["conditions"]})
    settled = 0
    for one in outcomes:
        after = pg.evaluate(one.extract, complete).patients["status"]
        settled += int(((one.patients["status"] == "possible") & (after == "ineligible")).sum())
    found = not_ruled_out(made)

    assert found.settled == settled
    early = [(one.patients["status"] == "possible") & (one.patients["first_possible_day"] < 60) for one in outcomes]
    assert found.early == sum(int(each.sum()) for each in early)


def test_the_forecast_is_the_librarys(made, outcomes):
    numbers = exhibits.summary_answer(made).numbers
    if len(outcomes) == 1:
        figures = pg.forecast(outcomes[0]).figures()
        for name in ("new_eligible_per_year", "enrolled_by_deadline", "new_eligible_per_year_needed"):
            assert numbers[name] == float(f"{figures[name].value:.3g}")
        assert numbers["probability_by_deadline"] == f"< 0.1{PERCENT}"
    else:
        rates = [pg.forecast(one).figures()["new_eligible_per_year"].value for one in outcomes]
        assert numbers["new_eligible_per_year"] == float(f"{sum(rates):.3g}")


def test_changes_are_those_of_the_frontier(made, outcomes):
    chosen = [one for one in load_amendments("menu", made.protocol) if one.name in AMENDMENTS]
    frames = [pg.frontier(one.extract, made.protocol, chosen).set_index("amendments")["certain"] for one in outcomes]
    summed = sum(frames[1:], frames[0])
    best = [int(summed[""])]
    for size in (1, 2):
        most = int(summed[[name for name in summed.index if name and len(name.split(" + ")) == size]].max())
        best += [most] if most > best[-1] else []

    assert [one.eligible for one in made.best.changes] == best
    assert [one.gained for one in made.best.changes] == [count - best[0] for count in best]
    assert made.best.tried == len(summed) - 1 == 3


def test_the_sentence_says_count_denominator_share_interval_and_what_the_plan_needs(made):
    counts, said = made.counts, verdict_said(made)

    assert said.startswith(f"{counts.eligible} of {counts.of} patients (")
    assert "met every criterion the data can show for ≥ 7 days: " in said
    assert said.endswith(" a year.")
    assert verdict(made) == "Not as planned."


def test_several_cohorts_have_a_column_each_and_all():
    several = overview({name: SITES[name] for name in ("site_a", "site_b")})
    said = str(exhibits.summary_panels(several))

    assert "E. What does each cohort bring? All site_a site_b Patients 120 60 60 Eligible 17 6 11" in said
    assert "2 cohorts · 7 sites" in str(exhibits.summary_answer(several))


class Chances:
    """A forecast in which the target is reached with the given probabilities."""

    def __init__(self, eligible, either, passed=False):
        self.eligible, self.either = eligible, either
        self.placed = type("Placed", (), {"passed": passed})

    def figures(self, protocol=None, basis="eligible"):
        return {"probability_by_deadline": KeyFigure(self.eligible if basis == "eligible" else self.either)}


@pytest.mark.parametrize(
    ("eligible", "either", "said"),
    [
        (0.8, 0.9, "On track."),
        (0.799, 0.9, "Open."),
        (0.2, 0.9, "Open."),
        (0.199, 0.2, "Not on what is recorded."),
        (0.0, 0.199, "Not as planned."),
    ],
)
def test_the_verdict_follows_the_rule(made, eligible, either, said):
    ruled = Overview(made.cohorts, made.protocol, (), made.plan, released=False)
    ruled.__dict__["forecast"] = Chances(eligible, either)

    assert verdict(ruled) == said


def test_a_deadline_that_has_passed_has_no_probability():
    plan = load_plan(protocol=pg.load_protocol()).model_copy(update={"deadline": date(2025, 1, 1)})
    passed = overview({"site_a": "cohorts/site_a"}, plan=plan)
    said = str(exhibits.summary_answer(passed))

    assert verdict(passed) == "The deadline has passed."
    assert "Enrolled by 1 Jan 2025 – the deadline has passed Patient 25 " in said
    assert "Probability" not in said


def page_of(extract):
    """A summary of an extract that is in memory, as text."""
    protocol = pg.load_protocol()
    made = exhibits.overview({"edge": (extract, protocol, [], exact)}, load_plan(protocol=protocol))
    return f"{exhibits.summary_answer(made)} {exhibits.summary_panels(made)}"


MANIFEST = {"format": 1, "name": "edge", "time": "days"}


def test_a_cohort_without_dates_and_without_laboratory_data_says_what_is_missing(tmp_path):
    said = page_of(pg.read_extract(build_kmsurv(tmp_path / "bmt")))

    assert "Cannot be said. Nothing is recorded on " in said
    assert "so nobody of 137 patients can be shown to meet them all; " in said
    assert "Eligible – cannot be said: see above" in said
    assert " 0 of 137" not in said


def test_a_cohort_without_an_eligible_patient_and_without_a_year_gives_a_page():
    ids = ["P1", "P2", "P3"]
    results = [(name, day, "platelets", 180.0) for name in ids for day in range(0, 200, 7)]
    tables = {
        "patients": pd.DataFrame({"patient_id": ids, "sex": "male", "age_at_transplant": 50, "last_contact_day": 300}),
        "transplants": pd.DataFrame({"patient_id": ids, "transplant_day": 0, "type": "allogeneic"}),
        "measurements": pd.DataFrame(results, columns=["patient_id", "day", "analyte", "value"]),
    }
    said = page_of(Extract.from_tables(MANIFEST, tables))

    assert "n = 3" in said
    assert "There is no forecast" in said or "Cannot be said." in said
    assert "D. When" not in said


def test_level_release_prints_what_follows_from_printed_counts():
    plan = load_plan(protocol=pg.load_protocol()).model_copy(
        update={"transplants_per_year": 20.0, "start": date(2026, 1, 1)}
    )
    released = overview({"demo": "cohorts/demo"}, "release", plan)
    numbers, counts = exhibits.summary_answer(released).numbers, released.counts
    said = f"{exhibits.summary_answer(released)} {exhibits.summary_panels(released)}"

    assert numbers["transplanted"] == counts.of.text
    assert numbers["new_eligible_per_year"] == float(f"{20 * float(counts.eligible) / float(counts.of):.3g}")
    assert "Who is not ruled out is no part of a release." in said
    assert "Combinations are no part of a release." in said
    assert "fail only" not in said


def test_level_release_has_no_rate_where_not_all_years_are_printed():
    released = overview({"demo": "cohorts/demo"}, "release")

    assert verdict(released) == "No forecast."
    assert verdict_said(released).endswith("There is no forecast: not all years of the transplants are printed.")


def test_level_release_of_several_cohorts_says_no_sum_of_a_hidden_count():
    released = overview({name: SITES[name] for name in ("site_a", "site_b")}, "release")
    said = str(exhibits.summary_answer(released))

    assert "≤ 10" in {one.counts.eligible.text for one in released.cohorts}
    assert "How many of all patients met every criterion is not said: the number of one cohort is hidden." in said
    assert f"Eligible – of {released.counts.of}" in said


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (rate(5.98), "6.0"),
        (rate(0.705), "0.70"),
        (rate(91.8), "92"),
        (whole(0.37), "< 1"),
        (whole(0.0), "0"),
        (whole(5.6), "6"),
        (chance(0.0), "0\N{NO-BREAK SPACE}%"),
        (chance(0.0004), "< 0.1\N{NO-BREAK SPACE}%"),
        (chance(0.012), "1.2\N{NO-BREAK SPACE}%"),
        (chance(0.514), "51\N{NO-BREAK SPACE}%"),
        (chance(0.9996), "> 99.9\N{NO-BREAK SPACE}%"),
        (count_said(8, 2000), "8 (4 – 16)"),
    ],
)
def test_numbers_are_said_with_the_digits_that_count(said, text):
    assert said == text
