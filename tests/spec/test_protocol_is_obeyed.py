"""A protocol file is obeyed: exactly the criteria that it lists are judged, in its order."""

from pathlib import Path

import pytest
import yaml
from evaluated import demo

import postgraft as pg
import postgraft.protocol

SHIPPED = Path(postgraft.protocol.__file__).parent / "data" / "nct05873205.yaml"


@pytest.fixture
def own(tmp_path):
    """A protocol file with only these criteria and what answers to them, after a change of its content."""

    def write(names, change=lambda content: None):
        content = yaml.load(SHIPPED.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        by_name = {one["name"]: one for one in content["criteria"]}
        content["criteria"] = [
            by_name.get(name, {"name": name, "statements": ["I1"], "summary": "?"}) for name in names
        ]
        asked = {id_ for one in content["criteria"] for id_ in one["statements"]}
        content["statements"] = [
            one for one in content["statements"]
            if one["id"] in asked or any(id_.startswith(one["id"]) and id_[len(one["id"]) :].isalpha() for id_ in asked)
        ]  # fmt: skip
        left = {one["id"] for one in content["statements"]}
        for parameter in content["parameters"].values():
            kept = [id_ for id_ in parameter["statements"] if id_ in left]
            parameter["statements"] = kept or ["all"]
        change(content)
        path = tmp_path / "own.yaml"
        path.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False), encoding="utf-8")
        return path

    return write


LISTS = {
    "a few, turned": ("hiv", "neutrophil_count", "incomplete_response", "immune_cytopenia", "adult"),
    "without the cytopenia": ("adult", "remission", "days_since_transplant"),
    "one": ("gvhd_controlled",),
    "a cytopenia however treated": ("immune_cytopenia",),
}


@pytest.mark.parametrize("names", LISTS.values(), ids=LISTS)
def test_the_listed_criteria_are_judged_in_their_order(own, names):
    protocol = pg.load_protocol(own(names))
    extract = demo().extract
    outcome = pg.evaluate(extract, protocol)
    whole = demo()
    patient = extract.patients["patient_id"].iloc[3]

    verdicts = outcome.verdicts(patient)
    assert tuple(verdicts.columns) == names
    assert verdicts.equals(whole.verdicts(patient)[list(names)])
    for table in (outcome.funnel(), outcome.barriers(), outcome.explain(patient, day=60)):
        assert tuple(table["criterion"]) == names
    dropped = [name for name in pg.load_protocol().criteria if name not in names]
    others = pg.evaluate(extract, pg.load_protocol().amend(name="the others dropped", drop=dropped))
    assert outcome.patients["status"].tolist() == others.patients["status"].tolist()
    assert outcome.patients["eligible_days"].tolist() == others.patients["eligible_days"].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("names", LISTS.values(), ids=LISTS)
def test_every_question_to_the_outcome_is_answered(own, names):
    protocol = pg.load_protocol(own(names))
    extract = demo().extract
    outcome = pg.evaluate(extract, protocol)

    counted = outcome.summary().set_index(["measure", "days", "denominator"])["count"]
    eligible = int((outcome.patients["status"] == "eligible").sum())
    assert counted["eligible", protocol.eligible_days_min, "transplanted"] == eligible
    assert ("cytopenia" in outcome.summary()["measure"].tolist()) == ("immune_cytopenia" in names)
    assert len(outcome.combinations()) >= 0
    assert set(outcome.near_misses(["neutrophils_min"])["parameter"]) <= {"neutrophils_min"}
    found = outcome.estimate(draws=2)
    assert len(found.bounds) > 0
    assert (found.sensitivity.why_not != "") or not found.sensitivity.table.empty
    assert len(pg.computability(extract, protocol)) >= len(names)
    [amended] = pg.compare(extract, protocol, [{"name": "none dropped", "drop": [names[0]]}]).iloc[1:].itertuples()
    assert amended.gained >= amended.lost == 0


def test_an_unknown_criterion_is_told_with_the_nearest(own):
    with pytest.raises(pg.ProtocolError) as told:
        pg.load_protocol(own(("adult", "neutrophil_counts")))
    assert "criteria: unknown are neutrophil_counts (did you mean neutrophil_count?); accepted are adult, " in str(
        told.value
    )


def test_a_parameter_that_a_listed_criterion_reads_and_the_file_lacks_is_told_with_both(own):
    def without(content):
        del content["parameters"]["neutrophils_min"]

    protocol = pg.load_protocol(own(("adult", "neutrophil_count"), without))
    with pytest.raises(pg.ProtocolError) as told:
        pg.evaluate(demo().extract, protocol)
    assert str(told.value) == (
        "protocol 'base': the criterion neutrophil_count reads parameter neutrophils_min, which its file lacks."
    )


def test_a_file_needs_only_the_parameters_that_its_criteria_read(own):
    def without_treatment(content):
        for name in ("lines_min", "second_line_drugs", "refractory_steroid_dose"):
            del content["parameters"][name]

    outcome = pg.evaluate(demo().extract, pg.load_protocol(own(("immune_cytopenia",), without_treatment)))
    measures = outcome.summary()["measure"].tolist()
    assert "cytopenia" in measures
    assert "treated" not in measures


def test_a_protocol_is_judged_beside_another_with_other_criteria(own):
    few, whole = pg.load_protocol(own(("hiv", "adult"))), pg.load_protocol()
    together = pg.evaluate(demo().extract, [whole, few])
    alone = [pg.evaluate(demo().extract, one) for one in (whole, few)]
    for one, other in zip(together, alone, strict=True):
        assert one.patients.equals(other.patients)
