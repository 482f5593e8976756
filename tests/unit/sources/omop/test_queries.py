"""Statements: plain SELECTs that other databases take, and literals that are nothing else."""

import pytest
from unit.sources.omop.bench import drug, hemoglobin

from postgraft.sources.errors import SourceError
from postgraft.sources.omop.importing import import_omop
from postgraft.sources.omop.queries import AT_ONCE, code_literal, one_of, one_of_texts, text_literal

pytestmark = pytest.mark.slow

HEAD = "table,name,system,code,value,note\n"


@pytest.fixture
def statements(bench, cdm, tmp_path, monkeypatch):
    """Every statement of an import with rows of each kind, and of one that finds nobody."""
    from postgraft.sources.omop.connection import Connection

    run = []
    stream = Connection.stream
    monkeypatch.setattr(Connection, "stream", lambda self, sql: (run.append(sql), stream(self, sql))[1])
    hemoglobin(cdm)
    drug(cdm)
    cdm.add("condition_occurrence", person_id=1, condition_concept_id=4103532, condition_start_date="2020-03-01")
    cdm.rows["procedure_occurrence"][0]["visit_occurrence_id"] = 1
    mapping = tmp_path / "mapping.csv"
    mapping.write_text(
        HEAD + "transplants,allogeneic,source,Allo HSCT,,\ntransplants,ignore,source,38240,,\n"
        "medications,prednisone,ATC,H02AB07,,\n"
    )
    import_omop(bench.write(cdm), tmp_path / "out")
    with pytest.raises(SourceError):
        import_omop(bench.file, tmp_path / "nobody", mapping)
    return run


def test_every_statement_reads_as_other_databases_write_it(statements):
    sqlglot = pytest.importorskip("sqlglot")
    assert len(statements) > 50
    for sql in statements:
        assert sqlglot.parse_one(sql, read="postgres").key in ("select", "union")
        for dialect in ("tsql", "snowflake", "oracle", "bigquery"):
            (text,) = sqlglot.transpile(sql, read="postgres", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE)
            assert sqlglot.parse_one(text, read=dialect).key in ("select", "union")


def test_statements_are_plain(statements):
    for sql in statements:
        assert sql.startswith("SELECT ")
        assert not {"LIMIT", "TEMP", "TEMPORARY", "WITH", "ILIKE", "::", ";"} & set(sql.split())


def test_events_of_persons_are_read_by_a_condition_on_them(statements):
    """Never a whole table: what counts codes over everybody gives no person, and groups."""
    for sql in statements:
        reads_events = any(f'"{table}"' in sql for table in ("measurement", "drug_exposure", "death", "person"))
        if reads_events and '"person_id" IN (SELECT "person_id"' not in sql:
            assert "COUNT(" in sql
            assert "GROUP BY" in sql


@pytest.mark.parametrize("code", ["", "a'b", "1); --", "a b", "-1", "x" * 51, "é"])
def test_what_is_no_code_is_no_literal(code):
    with pytest.raises(SourceError, match="accepted: letters, digits, points, hyphens and colons"):
        code_literal(code)


def test_literals():
    assert [code_literal(code) for code in ("D59.11", "30233Y2", "LA6576-8", "8-805.00")] == [
        "'D59.11'", "'30233Y2'", "'LA6576-8'", "'8-805.00'",
    ]  # fmt: skip
    assert text_literal("sibling's") == "'sibling''s'"
    assert one_of("x", []) == one_of_texts("x", []) == "1 = 0"
    assert one_of("x", [3, 1]) == "(x IN (1, 3))"
    assert one_of("x", range(AT_ONCE + 1)).count(" IN ") == 2
