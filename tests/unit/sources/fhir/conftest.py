"""A folder of FHIR, staged as an import does it."""

from functools import cache

import pandas as pd
import pytest
from round_trips.fhir_files import lines, patient, transplant

from postgraft.sources.census import settle
from postgraft.sources.fhir.source import Fhir
from postgraft.sources.mapping import load_mapping
from postgraft.sources.options import Options


@cache
def mapping():
    return load_mapping()


class Export:
    """One folder; ``rows`` are what an import has of it before the rules, by column where it says something."""

    def __init__(self, folder, database):
        self.folder, self.database = folder, database

    def write(self, name, *resources):
        content = resources[0] if isinstance(resources[0], bytes) else lines(*resources)
        (self.folder / name).write_bytes(content)

    def find(self):
        source = Fhir(self.folder)
        source.find(self.database, mapping(), Options())
        return source

    def rows(self, *resources):
        """Rows of these resources of a patient with a transplant, that of the transplant aside."""
        for table in ("rows", "persons"):
            self.database.execute(f'DELETE FROM "{table}"')
        self.write("export.ndjson", patient(), transplant(), *resources)
        source = self.find()
        settle(self.database, mapping(), source.official)
        source.fetch(self.database, Options())
        found = self.database.execute(
            "SELECT rows.*, source FROM rows JOIN codes USING (combo) ORDER BY id"
        ).df().astype(object)  # fmt: skip
        said = [
            {str(key): str(v.date()) if isinstance(v, pd.Timestamp) else v for key, v in row.items() if pd.notna(v)}
            for row in found.to_dict("records")
        ]
        return [row for row in said if row["source"] != "Procedure"]


@pytest.fixture
def export(tmp_path, bench, database):
    return Export(tmp_path, database)
