"""What a criterion declares to need is what its rule reads, under any protocol."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

import postgraft as pg
from postgraft.criteria import CRITERIA, Criterion
from postgraft.criteria.memo import Parameters
from postgraft.evaluation.observations import observe
from postgraft.synthetic import generate
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events

HOW_DAYS_COUNT = {"day0", "calendar", "age_day", "transplant_year"}
BASE = pg.load_protocol("nct05873205")
WIDE = BASE.amend(
    name="everything that can be asked for",
    set={
        "dat_negative_aiha": "included",
        "prior_anti_cd38_excludes": True,
        "gvhd_prophylaxis_is_maintenance": True,
        "organ_limits": {"creatinine_max_uln": 2, "alt_max_uln": 3},
        "steroid_full_dose_mg": 80,
    },
)
PROTOCOLS = [BASE, WIDE, BASE.reading("strict"), BASE.reading("lenient")]


class Log(defaultdict[str, set[str]]):
    """What was read, by kind of need."""

    def __init__(self) -> None:
        super().__init__(set)


class Columns(dict):
    def __init__(self, values, log, kind):
        super().__init__(values)
        self.log, self.kind = log, kind

    def __getitem__(self, name):
        self.log[self.kind].add(name)
        return super().__getitem__(name)


@dataclass(frozen=True)
class Conditions(Events):
    log: Log = field(default_factory=Log)

    def isin(self, column, names):
        if column == "condition":
            self.log["conditions"] |= set(names)
        return super().isin(column, names)


@dataclass(frozen=True)
class Asked:
    declared: object
    log: Log

    def table(self, name, /):
        self.log["complete"].add(name)
        return self.declared.table(name)

    def condition(self, name, /):
        self.log["complete"].add(name)
        return self.declared.condition(name)


@dataclass(frozen=True, eq=False)
class Watched(Block):
    """A block that notes what is read of it, and of the views taken of it."""

    log: Log = field(default_factory=Log)

    def take(self, *args, **kwargs):
        return watched(super().take(*args, **kwargs), self.log)


def watched(block: Block, log: Log) -> Watched:
    def analyte_events(analyte: str) -> Events:
        log["analytes"].add(analyte)
        return block.analyte_events(analyte)

    rows = block.tables["conditions"]
    conditions = Conditions(rows.offsets, rows.day, rows.columns, rows.labels, log)
    declared = block.complete.declared if isinstance(block.complete, Asked) else block.complete
    return Watched(
        block.shape, block.first, block.last, block.recorded_from, Columns(block.facts, log, "facts"), block.labels,
        Columns({**block.tables, "conditions": conditions}, log, "tables"),
        analyte_events, Asked(declared, log), log=log,
    )  # fmt: skip


@pytest.fixture(scope="module")
def extract():
    cohort = generate(150, seed=3, enrich=3.0)
    return pg.Extract.from_tables(cohort.manifest, cohort.tables)


def read_by(criterion: Criterion, extract: pg.Extract, protocol: pg.Protocol) -> Log:
    observations = observe(extract, protocol)
    block = observations.block(np.arange(len(observations)))
    log, p = Log(), Parameters(protocol)
    block = watched(block, log)
    if criterion.name == "incomplete_response":
        # Whether a cytopenia is active is a need of immune_cytopenia, and declared there.
        next(c for c in CRITERIA if c.name == "immune_cytopenia").answer(block, p)
        log.clear()
    criterion.answer(block, p)
    log["tables"] -= {"conditions", "adjudications"}
    log["facts"] -= HOW_DAYS_COUNT
    return log


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda criterion: criterion.name)
def test_a_rule_reads_only_what_its_criterion_declares(criterion, protocol, extract):
    declared = criterion.needs(Parameters(protocol))

    read = read_by(criterion, extract, protocol)

    undeclared = {kind: names - set(getattr(declared, kind)) for kind, names in read.items()}
    assert not any(undeclared.values()), undeclared


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda criterion: criterion.name)
def test_a_criterion_declares_nothing_that_its_rule_never_reads(criterion, extract):
    declared, read = criterion.needs(Parameters(WIDE)), read_by(criterion, extract, WIDE)

    for kind in ("tables", "analytes", "facts", "conditions"):
        assert set(getattr(declared, kind)) <= read[kind]


def test_the_needs_of_components_make_those_of_their_criterion():
    for criterion in CRITERIA:
        for protocol in PROTOCOLS:
            p = Parameters(protocol)
            for name, needs in criterion.component_needs.items():
                assert name in criterion.components
                assert (criterion.needs(p) | needs(p)) == criterion.needs(p)


def test_an_undeclared_reading_would_be_noticed(extract):
    criterion = replace(CRITERIA[0], rule=lambda block, p: CRITERIA[15].rule(block, p))

    read = read_by(criterion, extract, BASE)

    assert read["conditions"] >= {"acute_gvhd", "chronic_gvhd"}
    assert "medications" in read["tables"]
    assert read["complete"] >= {"acute_gvhd", "medications"}
