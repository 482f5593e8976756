"""Cohorts at the edge: nobody, nobody ill, nothing measured, one day of follow-up. Every view works and is right."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from verdict_counts import by_criterion

import postgraft as pg
from postgraft.analysis.breakdowns import by_cytopenia_and_route, by_days_since_transplant, by_site, by_year
from postgraft.extract.tables import TABLES
from postgraft.extract.write import write_extract
from postgraft.vocabulary.errors import PostgraftError

PROTOCOL = pg.load_protocol("nct05873205")
MANIFEST = {
    "format": 1,
    "name": "edge",
    "time": "days",
    "complete": dict.fromkeys(("transfusions", "medications", "disease_status", "conditions"), True),
}
CRITERIA = [*PROTOCOL.criteria]
Row = dict[str, object]


def person(name: str, last: int = 365, **more: object) -> Row:
    return {"patient_id": name, "sex": "male", "age_at_transplant": 50, "last_contact_day": last, **more}


def transplanted(name: str, day: int = 0) -> Row:
    return {"patient_id": name, "transplant_day": day, "type": "allogeneic"}


def healthy_counts(name: str, last: int = 365) -> list[Row]:
    values = {"neutrophils": 3.0, "platelets": 180.0, "hemoglobin": 13.0}
    return [
        {"patient_id": name, "day": day, "analyte": analyte, "value": value}
        for day in range(0, last + 1, 7)
        for analyte, value in values.items()
    ]


def tables(**rows: Sequence[Row]) -> dict[str, pd.DataFrame]:
    """All tables of an extract, empty but for the given rows."""
    columns = {name: list(table.headers("days")) for name, table in TABLES.items()}
    return {name: pd.DataFrame([*rows.get(name, [])], columns=columns[name], dtype=object) for name in TABLES}


def outcome(**rows: Sequence[Row]) -> pg.Outcome:
    return pg.evaluate(pg.Extract.from_tables(MANIFEST, tables(**rows)), PROTOCOL)


def counts(found: pg.Outcome) -> "pd.Series[int]":
    """Count by measure, of stretches of the protocol's own length."""
    table = found.summary()
    length = PROTOCOL.eligible_days_min
    own = table["days"].isna() | (table["days"] == length) | (table["measure"] == "observed_on_day_min")
    return table[own].drop_duplicates("measure").set_index("measure")["count"]


def healthy() -> pg.Outcome:
    """Two patients, transplanted once and twice, without any illness."""
    return outcome(
        patients=[person("A"), person("B", 400)],
        transplants=[transplanted("A"), transplanted("B"), transplanted("B", 203)],
        measurements=[*healthy_counts("A"), *healthy_counts("B", 400)],
        disease_status=[{"patient_id": name, "day": 0, "status": "remission"} for name in "AB"],
    )


# ---- nobody


@pytest.fixture
def nobody() -> pg.Outcome:
    """A selection of nobody."""
    return pg.evaluate(healthy().extract.select([]), PROTOCOL)


@pytest.mark.parametrize("name", ["funnel", "summary"])
def test_nobody_makes_tables_of_the_usual_types(nobody: pg.Outcome, name: str):
    pd.testing.assert_series_equal(getattr(nobody, name)().dtypes, getattr(healthy(), name)().dtypes)


@pytest.mark.parametrize("name", ["patients", "transplants"])
def test_nobody_is_an_empty_table_of_the_usual_types(nobody: pg.Outcome, name: str):
    assert len(getattr(nobody, name)) == 0
    pd.testing.assert_series_equal(getattr(nobody, name).dtypes, getattr(healthy(), name).dtypes)


def test_nobody_counts_nothing(nobody: pg.Outcome):
    assert len(nobody.patients) == len(nobody.transplants) == 0
    assert (nobody.summary()["count"] == 0).all()
    assert nobody.summary()["share"].isna().all()
    for table in (nobody.funnel().set_index("criterion"), by_criterion(nobody)):
        assert table.index.tolist() == CRITERIA
        assert (table.select_dtypes("number") == 0).all(axis=None)


def test_nobody_can_be_broken_down(nobody: pg.Outcome):
    assert len(by_site(nobody)) == len(by_year(nobody)) == len(by_cytopenia_and_route(nobody)) == 0
    assert by_days_since_transplant(nobody)[["eligible", "possible"]].sum().sum() == 0


def test_nobody_can_be_asked_for(nobody: pg.Outcome):
    with pytest.raises(PostgraftError, match="no patient 'A'"):
        nobody.verdicts("A")
    with pytest.raises(PostgraftError, match="no patient 'A'"):
        nobody.explain("A", day=50)


def test_nobody_under_several_protocols():
    extract = healthy().extract.select([])
    amended = PROTOCOL.amend(name="open", set={"index_transplant": "last"}, drop=["remission"])
    assert [len(found.patients) for found in pg.evaluate(extract, [PROTOCOL, amended])] == [0, 0]


def test_without_an_allogeneic_transplant_nobody_is_left():
    """What was meant to be a cohort of allogeneic transplants holds none: that is no result, but an error."""
    rows = [{**transplanted("A"), "type": "autologous"}]
    with pytest.raises(pg.ExtractError, match="no patient has an allogeneic transplant, so that nobody is left"):
        outcome(patients=[person("A")], transplants=rows)


def test_files_with_headers_alone_are_an_error(tmp_path: Path):
    write_extract(tmp_path / "nobody", MANIFEST, tables())
    with pytest.raises(pg.ExtractError, match="the table has no row, so that nobody is left"):
        pg.read_extract(tmp_path / "nobody")


# ---- nobody ill


def test_without_a_candidate_all_are_ineligible_for_want_of_a_cytopenia():
    found = healthy()
    assert found.patients["status"].tolist() == ["ineligible"] * 2
    assert found.transplants["transplant"].tolist() == [1, 1, 2]
    assert found.patients[["first_eligible_day", "first_possible_day"]].isna().all(axis=None)
    funnel = found.funnel().set_index("criterion")
    assert funnel.loc["days_since_transplant", ["remaining_eligible", "remaining_possible"]].tolist() == [2, 2]
    assert (funnel.loc["immune_cytopenia":, ["remaining_eligible", "remaining_possible"]] == 0).all(axis=None)
    assert counts(found)[["observed", "observed_on_day_min", "cytopenia", "cytopenia_possible"]].tolist() == [
        2, 2, 0, 0,
    ]  # fmt: skip


def test_without_a_candidate_the_verdicts_are_certain():
    """Blood counts are there from day 0 on, so that no cytopenia is ever in doubt."""
    days = healthy().verdicts("A", components=True)
    assert days.index.tolist() == list(range(366))
    assert (days.filter(like="immune_cytopenia") == "FAIL").all(axis=None)
    assert (days["incomplete_response"] == "FAIL").all()
    others = days.loc[45:, [name for name in CRITERIA if name not in ("immune_cytopenia", "incomplete_response")]]
    assert (others == "PASS").all(axis=None)


# ---- nothing measured


@pytest.mark.parametrize("captured", [True, False])
def test_a_patient_without_results_is_unknown_beside_one_with(captured: bool):
    """Whether the table has no row of the patient's, or is not there at all."""
    frames = tables(
        patients=[person("A"), person("B"), person("C")],
        transplants=[transplanted(name) for name in "ABC"],
        measurements=[*healthy_counts("A"), *healthy_counts("C")] if captured else [],
    )
    if not captured:
        del frames["measurements"]
    found = pg.evaluate(pg.Extract.from_tables(MANIFEST, frames), PROTOCOL)
    silent = found.verdicts("B", components=True)
    for name in ("neutrophil_count", "neutrophil_engraftment", "platelet_engraftment"):
        assert (silent[name] == "UNKNOWN").all(), name
    cytopenias = silent.filter(like="immune_cytopenia")
    assert (cytopenias.loc[:27] == "FAIL").all(axis=None)  # aplasia is none
    assert (cytopenias.loc[28:] == "UNKNOWN").all(axis=None)
    # Medications are complete and there are none: nobody can have had an incomplete response.
    assert (silent["incomplete_response"] == "FAIL").all()
    assert found.patients["status"].tolist() == ["ineligible"] * 3
    assert counts(found)["cytopenia_possible"] == (1 if captured else 3)
    assert "measurements" in found.explain("B", day=60).set_index("criterion")["reason"]["immune_cytopenia"]


def test_a_patient_of_whom_nothing_is_known_is_possible():
    """Two rows and an empty manifest: all is open, and nothing is certain."""
    frames = tables(
        patients=[{"patient_id": "A", "sex": "unknown", "last_contact_day": 100}], transplants=[transplanted("A")]
    )
    manifest = {**MANIFEST, "complete": {}}
    few = {name: frames[name] for name in ("patients", "transplants")}
    found = pg.evaluate(pg.Extract.from_tables(manifest, few), PROTOCOL)
    only = found.patients.iloc[0]
    assert (only["status"], only["possible_kind"], only["first_possible_day"]) == ("possible", "diagnosis", 45)
    assert only["possible_days"] == 100 - 45 + 1
    days = found.verdicts("A")
    assert (days[["adult", "no_relapse"]] == "UNKNOWN").all(axis=None)
    for name in ("immune_cytopenia", "incomplete_response"):
        assert days[name].tolist() == ["FAIL"] * 28 + ["UNKNOWN"] * 73


# ---- one day, or none


def test_a_single_day_of_follow_up():
    found = outcome(patients=[person("A", 0)], transplants=[transplanted("A")])
    days = found.verdicts("A")
    assert days.index.tolist() == [0]
    assert list(days.columns) == CRITERIA
    assert days.loc[0, ["adult", "days_since_transplant"]].tolist() == ["PASS", "FAIL"]
    assert counts(found)[["observed", "observed_on_day_min"]].tolist() == [1, 0]
    table = by_criterion(found)
    assert (table[["days_pass", "days_unknown", "days_fail"]].sum(axis=1) == 1).all()
    assert found.funnel().set_index("criterion")["remaining_possible"]["days_since_transplant"] == 0
    assert found.explain("A", day=0)["criterion"].tolist() == CRITERIA
    with pytest.raises(PostgraftError, match="day 1 is not observed"):
        found.explain("A", day=1)


def test_the_last_day_needed_and_the_day_before():
    """Seven days from day 45 on: followed up to day 51 is enough, to day 50 is not."""
    few = {name: frame for name, frame in tables().items() if name in ("patients", "transplants")}
    few["patients"] = pd.DataFrame([person("A", 50), person("B", 51)], dtype=object)
    few["transplants"] = pd.DataFrame([transplanted("A"), transplanted("B")], dtype=object)
    found = pg.evaluate(pg.Extract.from_tables({**MANIFEST, "complete": {}}, few), PROTOCOL)
    assert found.patients["status"].tolist() == ["ineligible", "possible"]
    assert found.patients["possible_days"].tolist() == [0, 7]


def test_a_patient_who_is_never_observed():
    """Recording began after the last contact."""
    never = person("A", 10, observed_from_day=20)
    found = outcome(patients=[never, person("B", 10)], transplants=[transplanted("A"), transplanted("B")])
    assert found.patients["patient_id"].tolist() == ["A", "B"]
    assert len(found.verdicts("A")) == 0
    assert counts(found)[["transplanted", "observed"]].tolist() == [2, 1]
    table = by_criterion(found)
    assert (table[["patients_pass", "patients_unknown", "patients_fail"]].sum(axis=1) == 1).all()
    with pytest.raises(PostgraftError, match="no day of it is observed"):
        found.explain("A", day=5)


def test_death_on_the_day_of_the_transplant():
    found = outcome(
        patients=[person("A", 0, death_day=0), person("B")], transplants=[transplanted("A"), transplanted("B")]
    )
    assert len(found.verdicts("A")) == 1
    assert found.patients["status"].tolist() == ["ineligible", "ineligible"]
    assert counts(found)[["observed", "observed_on_day_min"]].tolist() == [2, 1]
