"""A folder of FHIR, staged as an import does it."""

import pandas as pd
import pytest
from sources.fhir_files import lines, patient, transplant

from postgraft.sources.census import settle
from postgraft.sources.fhir.source import Fhir
from postgraft.sources.mapping import load_mapping
from postgraft.sources.options import Options


class Export:
    """One folder; ``rows`` are what an import has of it before the rules, by column where it says something."""

    def __init__(self, folder, database):
        self.folder, self.database = folder, database

    def write(self, name, *resources):
        content = resources[0] if isinstance(resources[0], bytes) else lines(*resources)
        (self.folder / name).write_bytes(content)

    def find(self, mapping=None):
        source = Fhir(self.folder)
        source.find(self.database, load_mapping(mapping), Options())
        return source

    def rows(self, *resources, mapping=None):
        """Rows of these resources of a patient with a transplant, that of the transplant aside."""
        self.write("export.ndjson", patient(), transplant(), *resources)
        source = self.find(mapping)
        settle(self.database, load_mapping(mapping), source.official)
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
