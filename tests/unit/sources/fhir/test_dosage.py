"""Doses per day by arithmetic, and where there is none."""

import pytest

from postgraft.sources.fhir.concepts import Concept
from postgraft.sources.fhir.dosage import days, instructed

TABLET = Concept("prednisone 20 MG Oral Tablet", ())
MG = {"doseQuantity": {"value": 10, "unit": "mg"}}


def timed(rate=MG, code=None, **fields):
    repeat = {key: value for key, value in fields.items() if key not in ("asNeededBoolean", "asNeededCodeableConcept")}
    timing = {"repeat": repeat, **({"code": {"coding": [{"code": code}]}} if code else {})}
    return {"timing": timing, "doseAndRate": [rate], **{key: fields[key] for key in fields.keys() - repeat.keys()}}


DAILY = {"frequency": 1, "period": 1, "periodUnit": "d"}


@pytest.mark.parametrize(
    ("dosage", "dose"),
    [
        (timed(**DAILY), (10, "mg/day")),
        (timed(frequency=2, period=1, periodUnit="wk"), (2.857142857, "mg/day")),
        (timed(period=8, periodUnit="h"), (30, "mg/day")),
        *(
            (timed(code=code), (10 * times, "mg/day"))
            for code, times in {"QD": 1, "BID": 2, "TID": 3, "QID": 4, "QOD": 0.5}.items()
        ),
        (timed({"doseQuantity": {"value": 2, "code": "{tbl}"}}, **DAILY), (40, "mg/day")),
        (timed({"doseQuantity": {"value": 1, "unit": "mg/kg"}}, **DAILY), (1, "mg/kg/day")),
        (timed({"doseQuantity": {"value": 500, "unit": "U"}}, **DAILY), (500, "U/day")),
        (timed({"doseQuantity": {"value": 1}}, **DAILY), (None, None)),
        (timed({"doseQuantity": {"value": 1, "unit": "mL"}}, **DAILY), (None, None)),
        (timed({"doseRange": {"low": {"value": 1, "unit": "mg"}}}, **DAILY), (None, None)),
        (timed(frequencyMax=3, **DAILY), (None, None)),
        (timed(dayOfWeek=["mon"], **DAILY), (None, None)),
        (timed(asNeededBoolean=True, **DAILY), (None, None)),
        (timed(asNeededCodeableConcept={"text": "pain"}, **DAILY), (None, None)),
        (timed(frequency=1, period=0, periodUnit="d"), (None, None)),
        (timed(), (None, None)),
        (timed(code="AM"), (None, None)),
    ],
)
def test_a_dose_per_day(dosage, dose):
    assert instructed([dosage], TABLET)[:2] == dose


def test_several_instructions_say_no_dose_but_when_it_ends():
    one, other = (timed(boundsPeriod={"end": end}, **DAILY) for end in ("2020-01-05", "2020-01-09"))
    said = instructed([one, other], TABLET, {"value": 3})
    assert (said.dose, said.last, said.supply) == (None, "2020-01-09", 3.0)


@pytest.mark.parametrize(
    ("duration", "length"),
    [
        ({"value": 30, "unit": "days"}, 30), ({"value": 2, "code": "wk"}, 14), ({"value": 1, "code": "mo"}, 30),
        ({"value": 36, "code": "h"}, 2), ({"value": "7"}, 7), ({"value": 0}, None), ({"value": 1, "unit": "tab"}, None),
        ([1], None),
    ],
)  # fmt: skip
def test_durations_in_days(duration, length):
    assert days(duration) == length
