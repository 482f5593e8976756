"""The criteria in code and the statements in the protocol file are one list."""

from evaluated import demo

import postgraft as pg
from postgraft.criteria import CRITERIA
from postgraft.criteria.memo import Parameters
from postgraft.vocabulary.codes import ADJUDICABLE_PARTS


def test_code_and_protocol_file_name_the_same_criteria_in_the_same_order():
    assert [criterion.name for criterion in CRITERIA] == list(pg.load_protocol("nct05873205").criteria)


def test_every_statement_of_the_registry_has_a_criterion_that_answers_it():
    protocol = pg.load_protocol("nct05873205")
    answered = {statement for criterion in protocol.criteria.values() for statement in criterion.statements}
    numbered = {f"I{i}" for i in range(1, 13)} | {f"E{i}" for i in range(1, 13)}

    assert numbered <= set(protocol.statements)
    assert set(protocol.statements) - {"I3"} <= answered  # I3 heads I3a and I3b
    named = {name for statement in protocol.statements.values() for name in statement.criteria}
    assert named == {criterion.name for criterion in CRITERIA}


def test_components_can_be_asked_for_and_adjudicated():
    assert {c for criterion in CRITERIA for c in criterion.components} >= {*ADJUDICABLE_PARTS}


def test_thresholds_are_parameters_that_the_rule_reads_and_answers_are_of_analytes_that_it_needs():
    outcome = demo()
    for criterion in CRITERIA:
        assert set(criterion.thresholds) <= outcome.read[criterion.name], criterion.name
        p = Parameters(outcome.protocol)
        assert set(criterion.answers(p)) <= set(criterion.needs(p).analytes), criterion.name
