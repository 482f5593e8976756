"""The data dictionary in the repository is the one that the declarations give."""

from pathlib import Path

from postgraft.extract import TABLES
from postgraft.extract.dictionary import dictionary
from postgraft.vocabulary.analytes import ANALYTES

PAGE = Path(__file__).parents[3] / "cohorts" / "README.md"


def test_the_page_has_not_drifted():
    assert PAGE.read_text(encoding="utf-8") == dictionary()


def test_every_table_column_and_analyte_is_there():
    page = dictionary()
    for table in TABLES.values():
        section = page.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        assert all(f"| `{column.name}` |" in section for column in table.columns)
    assert all(f"| `{name}` |" in page for name in ANALYTES)
