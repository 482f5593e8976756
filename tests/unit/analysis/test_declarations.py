"""What each declaration of completeness changes, on the cohort of eight."""

import pandas as pd
from unit.cohorts import PROTOCOL, eight_extract

from postgraft.analysis.computability import declarations
from postgraft.extract import Extract


def test_each_declaration_is_taken_away_in_turn():
    """Without conditions nobody is known to be free of GVHD; without medications the untreated may be treated."""
    found = declarations(eight_extract(), PROTOCOL).set_index("declaration")
    assert found["patients"].to_dict() == {
        "conditions": "2 of 7 patients",
        "medications": "2 of 7 patients",
        "transfusions": "0 of 7 patients",
    }
    assert found["without"].to_dict() == {
        "conditions": "0 eligible, 4 possible, with it 2 eligible, 2 possible",
        "medications": "2 eligible, 4 possible, with it 2 eligible, 2 possible",
        "transfusions": "2 eligible, 2 possible, with it 2 eligible, 2 possible",
    }
    assert found["criteria"].to_dict() == {
        "conditions": "immune_cytopenia, gvhd_controlled",
        "medications": "immune_cytopenia, incomplete_response, gvhd_controlled",
        "transfusions": "immune_cytopenia, incomplete_response",
    }


def test_nothing_declared():
    patients = pd.DataFrame({"patient_id": ["a"], "sex": "male", "birth_year": 1970, "last_contact_day": 99})
    transplants = pd.DataFrame({"patient_id": ["a"], "transplant_day": 0, "type": "allogeneic"})
    manifest = {"format": 1, "name": "bare", "time": "days"}
    bare = Extract.from_tables(manifest, {"patients": patients, "transplants": transplants})
    assert declarations(bare, PROTOCOL).empty
