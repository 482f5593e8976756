"""The answer of a forecast in all its forms, and how its numbers are said."""

import re

import pytest
from unit.cohorts import bare
from unit.forecast.forecasts import figure, forecast, protocol

import postgraft as pg
from postgraft.exhibits import answer_forecast
from postgraft.exhibits.said import rate, whole
from postgraft.forecast.key_figures import chance


def frame(made):
    return made.key_figures.query("basis == 'eligible'").set_index("measure")


def test_a_forecast_says_number_probability_and_the_last_patient():
    made = forecast()
    answer, figures = answer_forecast(made), frame(made)
    by, last = figures.loc["enrolled_by_deadline"], figures.loc["date_of_target_80"]
    assert answer.markdown == (
        f"By 31 Dec 2024 **{by['value']:.0f} (95 % PI {by['low']} – {by['high']}) of 5**, probability of all "
        f"{100 * figures.loc['probability_by_deadline', 'value']:.0f}\N{NO-BREAK SPACE}%; last patient "
        f"{last['value']:%b %Y} (80 % PI {last['low']:%b %Y} – {last['high']:%b %Y})."
    )
    assert "**" not in str(answer)
    assert len(str(answer).split()) <= 30
    numbers = answer.numbers
    assert (numbers["target"], numbers["as_of"], numbers["deadline"]) == (5, "2022-01-01", "2024-12-31")
    assert numbers["enrolled_by_deadline"] == float(f"{by['value']:.3g}")
    assert numbers["probability_by_deadline"] == round(figures.loc["probability_by_deadline", "value"], 3)
    assert numbers["date_of_target"] == figure(made, "date_of_target").isoformat()
    assert numbers["enrolled_by_deadline_or_possible"] == numbers["enrolled_by_deadline"]


def test_of_a_deadline_that_has_passed_it_says_the_last_patient_alone():
    answer = answer_forecast(forecast({"start": "2025-01-01"}))
    assert re.fullmatch(
        r"The deadline, 31 Dec 2024, has passed; last patient \w{3} 2026 \(80 % PI \w{3} 2025 – \w{3} 2027\)\.",
        answer.markdown,
    )
    assert answer.numbers["probability_by_deadline"] == "–"


def test_a_target_that_is_reached_is_told_with_its_day_even_after_the_deadline():
    for seen in ("2023-01-02", "2025-06-30"):
        answer = answer_forecast(forecast({"observed": [{"date": seen, "enrolled": 6}]}))
        assert (
            answer.markdown
            == {
                "2023-01-02": "The target of **5** was reached by 2 Jan 2023.",
                "2025-06-30": "The target of **5** was reached by 30 Jun 2025.",
            }[seen]
        )


def test_where_the_last_patient_is_not_seen_to_come_it_says_so():
    nobody = answer_forecast(forecast({"participation": 0}))
    assert nobody.markdown == (
        "By 31 Dec 2024 **0 (95 % PI 0 – 0) of 5**, probability of all 0\N{NO-BREAK SPACE}%; "
        "last patient after 2047 or never."
    )
    assert nobody.numbers["date_of_target"] == "after 2047"
    # Some ends of the interval are seen, others not.
    slow = answer_forecast(forecast({"target": 85}))
    assert re.search(r"last patient (\w{3} 20\d\d|after 2046) \(80 % PI \w{3} 20\d\d – after 2047\)\.$", str(slow))


def test_no_forecast_says_why():
    answer = answer_forecast(forecast(of=pg.evaluate(bare(3, 200), protocol())))
    assert answer.markdown == (
        "There is no forecast: the cohort has neither dates nor transplant_year, so how many transplants a year there "
        "are is not known; give transplants_per_year in the plan."
    )
    assert answer.numbers["enrolled_by_deadline"] == "no forecast"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"),
        (0.0004, "< 0.1 %"),
        (0.021, "2.1 %"),
        (0.0949, "9.5 %"),
        (0.5, "50 %"),
        (0.9949, "99 %"),
        (0.9951, "99.5 %"),
        (0.998, "99.8 %"),
        (0.9996, "> 99.9 %"),
        (1, "100 %"),
        (None, "–"),
    ],
)
def test_a_chance_that_is_not_sure_is_not_written_as_sure(share, words):
    assert chance(share).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "–"), (0, "0"), (0.123, "0.12"), (1, "1.0"), (9.94, "9.9"), (9.96, "10"), (10.4, "10"), (1234, "1,234")],
)
def test_a_rate_has_two_digits_and_no_point_at_its_end(value, words):
    assert rate(value) == words


@pytest.mark.parametrize(
    ("value", "words"), [(None, "–"), (0, "0"), (0.2, "< 1"), (0.5, "< 1"), (0.51, "1"), (12.4, "12"), (1234, "1,234")]
)
def test_more_than_nobody_is_not_said_to_be_nobody(value, words):
    assert whole(value) == words
