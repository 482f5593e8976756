"""What a function of the Python API cannot take is told in words, with what it takes and the type that was found."""

import pytest
from unit.cohorts import PROTOCOL, eight, eight_extract

import postgraft as pg

LATER = [{"name": "later", "set": {"days_since_transplant_min": 60}}]
AMENDED = PROTOCOL.amend(name="later", set={"days_since_transplant_min": 60})
AN_EXTRACT = "takes an extract, such as read_extract(folder) gives; found str"
A_PROTOCOL = "takes a protocol, such as load_protocol(name) gives; found str"
A_PLAN = "forecast takes a Plan, such as load_plan(file) gives; found str"
OUTCOMES = "forecast takes an outcome, such as evaluate gives, or several of them; found"


THIRD = {"compare": [LATER], "frontier": [LATER], "sweep": [{}]}


@pytest.mark.parametrize("ask", [*THIRD, "evaluate_readings", "forecast_amended", "computability", "observe"])
def test_an_extract_and_a_protocol_are_asked_for(ask):
    function, rest = getattr(pg, ask), THIRD.get(ask, [])
    for given, message in (
        (("cohorts/demo", PROTOCOL), f"{ask} {AN_EXTRACT}"),
        ((eight_extract(), "base"), f"{ask} {A_PROTOCOL}"),
    ):
        with pytest.raises(pg.PostgraftError) as told:
            function(*given, *rest)
        assert str(told.value) == message


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda e, o: pg.sweep(e, PROTOCOL, {"itp": [1]}),
            "sweep: 'itp' is an entry of the parameter onset_after_engraftment_days; accepted is the parameter.",
        ),
        (
            lambda e, o: pg.sweep(e, PROTOCOL, {"itp": None}),
            "sweep: 'itp' is an entry of the parameter onset_after_engraftment_days; accepted is the parameter.",
        ),
        (
            lambda e, o: pg.sweep(e, PROTOCOL, {"neutrophil_min": [1]}),
            "unknown parameter 'neutrophil_min'; nearest: neutrophils_min, neutrophil_engraftment_min, lines_min. "
            "All stand in postgraft/protocol/data/nct05873205.yaml; in Python, list(protocol.parameters).",
        ),
        (
            lambda e, o: pg.sweep(e, PROTOCOL, None),
            "sweep takes a mapping of parameters to their values; found NoneType",
        ),
        (lambda e, o: pg.forecast(o, "plan.yaml"), A_PLAN),
        (lambda e, o: pg.forecast_amended(e, PROTOCOL, [], "plan.yaml"), A_PLAN),
        (lambda e, o: pg.forecast(None), f"{OUTCOMES} NoneType"),
        (lambda e, o: pg.forecast(e), f"{OUTCOMES} Extract"),
        (lambda e, o: pg.forecast("an outcome"), f"{OUTCOMES} str"),
        (lambda e, o: pg.forecast([o, e]), f"{OUTCOMES} Extract"),
        (lambda e, o: pg.forecast([]), f"{OUTCOMES} none"),
        (
            lambda e, o: pg.compare(e, PROTOCOL, [AMENDED]),
            "amendment 1: found a Protocol; accepted is a mapping with name, title, kind, set, drop.",
        ),
        (
            lambda e, o: pg.forecast_amended(e, PROTOCOL, [AMENDED]),
            "amendment 1: found a Protocol; accepted is a mapping with name, title, kind, set, drop.",
        ),
        (
            lambda e, o: pg.evaluate_readings(e, PROTOCOL, [AMENDED]),
            "amendment 1: found a Protocol; accepted is a mapping with name, title, kind, set, drop.",
        ),
        (
            lambda e, o: PROTOCOL.amended(LATER[0]),
            "amended takes an Amendment, such as load_amendments(file) gives; found dict",
        ),
        (lambda e, o: PROTOCOL.reading(["strict"]), "unknown reading ['strict']; accepted are base, strict, lenient."),
        (
            lambda e, o: pg.frontier(e, PROTOCOL, LATER, most=1.5),
            "frontier: found most = 1.5; accepted is a whole number from 1 on.",
        ),
        (
            lambda e, o: pg.frontier(e, PROTOCOL, LATER, most=None),
            "frontier: found most = None; accepted is a whole number from 1 on.",
        ),
        (lambda e, o: pg.read_extract(None), "read_extract takes the path of a folder; found NoneType"),
        (
            lambda e, o: pg.load_protocol(3),
            "load_protocol takes the name of a protocol or the path of a file; found int",
        ),
        (
            lambda e, o: pg.Extract.from_tables({}, None),
            "from_tables takes a mapping of table names to pandas DataFrames; found NoneType",
        ),
        (lambda e, o: e.select(1), "select takes the patient_ids as texts, in a list or set; found int"),
        (lambda e, o: e.select([1]), "select takes the patient_ids as texts, in a list or set; found int"),
        (
            lambda e, o: pg.load_amendments("menu", "base"),
            "load_amendments takes a protocol, such as load_protocol(name) gives; found str",
        ),
        (
            lambda e, o: pg.load_plan(None, "base"),
            "load_plan takes a protocol, such as load_protocol(name) gives; found str",
        ),
        (
            lambda e, o: pg.readings_used("base"),
            "readings_used takes a protocol, such as load_protocol(name) gives; found str",
        ),
        (
            lambda e, o: pg.not_answerable("base"),
            "not_answerable takes a protocol, such as load_protocol(name) gives; found str",
        ),
        (lambda e, o: pg.evidence(e, "sure", 60), "evidence takes an outcome, such as evaluate gives; found Extract"),
        (
            lambda e, o: pg.read_review("r.csv", e),
            "read_review takes an outcome, such as evaluate gives; found Extract",
        ),
        (lambda e, o: pg.read_review(None, o), "read_review takes the path of a file; found NoneType"),
        (lambda e, o: o.estimate(draws=2.5), "draws: found 2.5; accepted is a whole number from 2 on"),
        (lambda e, o: o.estimate(draws="9"), "draws: found '9'; accepted is a whole number from 2 on"),
        (lambda e, o: o.estimate(seed=1.5), "seed: found 1.5; accepted is a whole number from 0 on"),
        (
            lambda e, o: o.estimate(review="charts.csv"),
            "estimate takes a review, such as read_review(file, outcome) gives; found str",
        ),
        (lambda e, o: o.estimate().review_sample("60"), "total: found '60'; accepted is a whole number from 1 on"),
        (lambda e, o: o.near_misses(steps="9"), "near misses: found '9' steps; accepted is 1 or more."),
        (
            lambda e, o: o.combinations("certain"),
            "counting: found 'certain'; accepted are eligible, eligible_or_possible",
        ),
    ],
)
def test_a_wrong_argument_is_told_in_words(ask, message):
    with pytest.raises(pg.PostgraftError) as told:
        ask(eight_extract(), eight())
    assert str(told.value) == message
