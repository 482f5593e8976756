"""The shipped codes against official titles, and the words by which a wrong code is told from a right one."""

import importlib.util
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree

import pytest

from postgraft.sources.codes import NAMES, NOT_USED, shipped
from postgraft.sources.titles import agrees


@pytest.fixture(scope="module")
def official_title():
    """The official title of a code of ICD-10-CM; of one with a seventh character that of the code it belongs to."""
    package = importlib.util.find_spec("simple_icd_10_cm")
    if package is None:
        pytest.skip("the official titles of ICD-10-CM are not installed: pip install simple-icd-10-cm")
    # Importing the package takes ten seconds, since it builds a tree of all codes.
    [file] = Path(package.submodule_search_locations[0]).glob("data/icd10c-tabular-*.xml")
    titles = {diag.findtext("name"): diag.findtext("desc") for diag in ElementTree.parse(file).iter("diag")}
    return lambda code: titles.get(code) or titles.get(code[:-1].rstrip("X"))


def test_no_shipped_code_of_icd_10_cm_differs_from_its_official_title(official_title):
    rows = [row for row in shipped() if row.system == "ICD10CM"]
    assert len(rows) > 700
    assert [row.code for row in rows if official_title(row.code) is None] == []
    used = [row for row in rows if row.name not in NOT_USED]
    assert [(row.code, row.name) for row in used if not agrees(official_title(row.code), row.name)] == []


# Official titles of other systems as public lists have them, and names that are not theirs.
TITLES = [
    ("allogeneic", "Transfusion of Nonautologous Bone Marrow into Central Vein, Open Approach", "autologous"),
    ("autologous", "Autologous bone marrow transplant without purging", "allogeneic"),
    ("donor_lymphocytes", "Allogeneic lymphocyte infusions", "boost"),
    ("allogeneic", "Cord blood stem cell transplant", "autologous"),
    ("red_cells", "Whole blood, leukocytes reduced, irradiated, each unit", "platelets"),
    ("red_cells", "Transfusion of Nonautologous Red Blood Cells into Peripheral Vein, Open Approach", "platelets"),
    ("platelets", "Platelets, pheresis, pathogen-reduced, each unit", "red_cells"),
    ("platelets", "Platelets [#/volume] in Blood by Automated count", "hemoglobin"),
    ("ldh", "Lactate dehydrogenase [Enzymatic activity/volume] in Serum by Pyruvate to lactate reaction", "alt"),
    ("alt", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "ast"),
    ("hiv_screen", "HIV 1+2 Ab [Presence] in Serum or Plasma by Immunoassay", "hbsag"),
    ("hiv_rna", "HIV 1 RNA [#/volume] (viral load) in Serum or Plasma by NAA with probe detection", "hbv_dna"),
    ("pregnancy_test", "Choriogonadotropin (pregnancy test) [Presence] in Urine", "hav_igm"),
    ("dat", "Direct antiglobulin test.poly specific reagent [Presence] on Red Blood Cells", "haptoglobin"),
    ("ivig", "Injection, immune globulin (privigen), intravenous, non-lyophilized (e.g., liquid), 500 mg", "rituximab"),
    ("rituximab", "Injection, rituximab-abbs, biosimilar, (truxima), 10 mg", "ivig"),
    ("progression", "Patient's condition worsened", "remission"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "title", "other"), TITLES)
def test_titles_of_other_systems(name, title, other):
    assert agrees(title, name)
    assert not agrees(title, other)


def test_a_code_that_was_typed_wrongly_does_not_agree():
    assert not agrees("Essential (primary) hypertension", "itp")
    assert not agrees("Anemia, unspecified", "renal_anemia")
    assert not agrees("Rh positive", "pnh")  # words of fewer than three letters are none


def test_a_name_that_is_not_listed_has_its_own_words():
    assert agrees("Injection, rituximab, 10 mg", "rituximab")
    assert [row.code for row in shipped() if row.system == "ingredient" and row.name not in NOT_USED
            and not agrees(row.code.replace("|", " "), row.name)] == []  # fmt: skip


def test_every_listed_word_is_of_a_name_that_there_is():
    text = (resources.files("postgraft.sources") / "data/words.csv").read_text(encoding="utf-8")
    listed = {line.partition(",")[0] for line in text.splitlines()[1:]}
    indications = {row.name for row in shipped() if row.table == "indications"}
    assert listed <= {name for names in NAMES.values() for name in names} | indications


def test_the_codes_that_the_plan_asks_for():
    names = {(row.system, row.code): (row.table, row.name, row.value) for row in shipped()}

    for code in ("P9051", "P9054", "P9056", "P9057", "P9058"):
        assert names["HCPCS", code] == ("transfusions", "red_cells", "")
    for code in ("P9052", "P9053", "P9055", "P9073"):
        assert names["HCPCS", code] == ("transfusions", "platelets", "")
    for code in ("J1459", "J1561", "J1569"):
        assert names["HCPCS", code] == ("medications", "ivig", "")
    for code in ("Q5115", "Q5119", "Q5123"):
        assert names["HCPCS", code] == ("medications", "rituximab", "")
    assert names["HCPCS", "J0850"] == ("medications", "ignore", "")
    assert names["LOINC", "31201-7"] == ("measurements", "hiv_screen", "")
    assert names["LOINC", "14805-6"] == ("measurements", "ldh", "limit=own")
    assert names["ICD10CM", "C83.31"] == ("indications", "lymphoma", "")
    assert ("indications", "cll") in {(row.table, row.name) for row in shipped() if row.code == "C91.10"}
