"""What a code of a source means, and the line of it in the census."""

from datetime import date

import pandas as pd
import pytest

from postgraft.sources.census import CENSUS, settle
from postgraft.sources.mapping import load_mapping
from postgraft.sources.staging import staging

HEADER = "table,name,system,code,value,note\n"


@pytest.fixture(scope="module")
def database():
    with staging() as database:
        yield database


@pytest.fixture
def settled(tmp_path, database):
    """Settles combos (rows of the table codes as dicts, ``codings`` beside) with a site's lines.

    Gives the census and the meanings: combo → (table, name, value, by).
    """

    def run(combos, lines=(), official=True):
        path = tmp_path / "mapping.csv"
        path.write_text(HEADER + "".join(f"{line}\n" for line in lines))
        mapping = load_mapping(path)
        for table in ("codes", "codings"):
            database.execute(f"DELETE FROM {table}")
        for number, combo in enumerate(combos, 1):
            given = {"combo": number, "source": "measurement", "rows": 100, "patients": 20, **combo}
            for coding in given.pop("codings", ()):
                database.execute("INSERT INTO codings VALUES (?, ?, ?, ?, ?)", [number, *coding])
            marks = ", ".join("?" * len(given))
            database.execute(f"INSERT INTO codes ({', '.join(given)}) VALUES ({marks})", list(given.values()))
        census = settle(database, mapping, official)
        assert database.execute("SELECT count(*) FROM mapping").fetchone() == (len(mapping),)
        meanings = {}
        for number, *meaning in database.execute("SELECT * FROM meanings ORDER BY ALL").fetchall():
            meanings.setdefault(number, []).append(tuple(meaning))
        return census, meanings

    return run


def own(system, code, title=None):
    return {"system": system, "code": code, "title": title}


def standard(system, code, title=None):
    return {"standard_system": system, "standard_code": code, "standard_title": title}


HB = own("LOINC", "718-7", "Hemoglobin [Mass/volume] in Blood")
PREDNISONE = standard("RxNorm", "312617", "prednisone 5 MG Oral Tablet")


def test_a_line_says_what_a_code_is_used_as_and_by_what(settled):
    census, meanings = settled([{**HB, "source_text": "HGB", "first": date(2020, 1, 2), "last": date(2021, 3, 4)}])

    assert list(census) == [*CENSUS, "for", "not used"]
    assert census.iloc[0].to_dict() == {
        "table": "measurement", "system": "LOINC", "code": "718-7",
        "name in the source": "Hemoglobin [Mass/volume] in Blood", "source text": "HGB", "rows": 100, "patients": 20,
        "first": pd.Timestamp(2020, 1, 2), "last": pd.Timestamp(2021, 3, 4), "used as": "hemoglobin",
        "by": "source code", "note": "", "for": "measurements", "not used": "",
    }  # fmt: skip
    assert meanings == {1: [("measurements", "hemoglobin", "", "source code")]}


def test_the_first_meaning_wins_and_another_one_below_is_a_conflict(settled):
    combo = {"source_text": " Platelet Count ", **HB, **standard("LOINC", "777-3", "Platelets")}

    by_text, means = settled([combo], ["measurements,platelets,source,PLATELET count,unit=/uL,"])
    by_code, _ = settled([combo])
    ignored, _ = settled([combo], ["measurements,ignore,source,platelet count,,"])

    assert means == {1: [("measurements", "platelets", "unit=/uL", "source text")]}
    assert by_text["note"][0] == "conflict"
    assert by_text["not used"][0] == "source code LOINC 718-7: hemoglobin"
    assert list(by_code.loc[0, ["used as", "by", "note"]]) == ["hemoglobin", "source code", "conflict"]
    assert by_code["not used"][0] == "standard code LOINC 777-3: platelets"
    assert list(ignored.loc[0, ["used as", "by", "note"]]) == ["ignore", "source text", ""]


def test_a_lower_code_that_says_less_is_no_conflict(settled):
    census, meanings = settled([
        {**own("ICD10CM", "D69.3", "Immune thrombocytopenia"), **standard("SNOMED", "302215000", "Low platelets")},
        {**own("ICD10CM", "D89.812", "Acute on chronic GVHD"), **standard("SNOMED", "402356004", "Chronic GVHD")},
    ])  # fmt: skip

    assert list(census["note"]) == ["", ""]
    assert [name for _, name, *_ in meanings[1]] == ["itp"]
    assert [name for _, name, *_ in meanings[2]] == ["acute_gvhd", "chronic_gvhd"]
    assert census["used as"][1] == "acute_gvhd; chronic_gvhd"


def test_a_code_may_mean_something_for_two_tables(settled):
    census, meanings = settled([own("ICD10CM", "C92.01", "Acute myeloblastic leukemia, in remission")])

    assert meanings[1] == [
        ("disease_status", "remission", "", "source code"),
        ("indications", "aml", "", "source code"),
    ]
    assert (census["used as"][0], census["for"][0]) == ("remission; aml", "disease_status; indications")


def test_codes_that_do_not_say_enough_are_reported_apart(settled):
    census, meanings = settled(
        [
            own("CPT4", "36430", "Transfusion, blood or blood components"),
            own("ICD10CM", "Z94.84", "Stem cells transplant status"),
            own("LOINC", "1-1", "Something else"),
        ]
    )

    told = census.set_index("code")[["used as", "note", "for"]].apply(tuple, axis=1).to_dict()
    assert told == {
        "36430": ("", "unstated", "transfusions"),
        "Z94.84": ("history", "", "transplants"),
        "1-1": ("", "unmapped", ""),
    }
    assert [name for _, name, *_ in meanings[1]] == ["unstated"]
    assert 3 not in meanings


def test_a_shipped_code_whose_official_name_differs_is_not_used(settled):
    census, meanings = settled([own("LOINC", "718-7", "Potassium [Moles/volume] in Serum or Plasma")])
    displays, used = settled([own("LOINC", "718-7", "Hämoglobin im Blut")], official=False)
    site, decided = settled(
        [own("LOINC", "718-7", "Blutfarbstoff")], ["measurements,hemoglobin,LOINC,718-7,,looked at by the laboratory"]
    )

    assert meanings == {}
    assert list(census.loc[0, ["used as", "note"]]) == ["", "name differs"]
    assert census["not used"][0] == "LOINC 718-7: hemoglobin (its name in the source differs)"
    assert list(displays.loc[0, ["used as", "note"]]) == ["hemoglobin", "name differs"]
    assert [name for _, name, *_ in used[1]] == ["hemoglobin"]
    assert list(site.loc[0, ["used as", "note"]]) == ["hemoglobin", ""]
    assert [name for _, name, *_ in decided[1]] == ["hemoglobin"]


def test_a_code_whose_name_differs_gives_way_to_the_next(settled):
    census, meanings = settled([{**own("LOINC", "718-7", "Potassium"), **standard("LOINC", "777-3", "Platelets")}])

    assert meanings[1] == [("measurements", "platelets", "", "standard code")]
    assert census["note"][0] == "name differs"


@pytest.mark.parametrize("official", [True, False])
@pytest.mark.parametrize(
    ("title", "used", "note"),
    [
        ("Hepatitis B virus surface Ag [Presence]", "hbsag", ""),
        ("Potassium", "", "name differs"),
        (None, "", "unmapped"),
    ],
)
def test_an_unverified_code_is_used_only_where_the_names_agree(settled, official, title, used, note):
    census, _ = settled([own("LOINC", "5195-3", title)], official=official)

    assert list(census.loc[0, ["used as", "note"]]) == [used, note]
    if title is None:
        assert census["not used"][0] == "LOINC 5195-3: hbsag (unverified, and without a name in the source)"


def test_a_drug_is_what_it_is_made_of_by_the_vocabulary_of_the_source(settled):
    steroid = ("ingredient", "RxNorm", "8640", "prednisone")
    other = ("ingredient", "RxNorm", "161", "acetaminophen")
    both = [("ingredient", "OMOP", "1", "sofosbuvir"), ("ingredient", "OMOP", "2", "velpatasvir")]
    census, meanings = settled(
        [
            {**PREDNISONE, "codings": [steroid], "words": "some brand"},
            {**standard("RxNorm", "9"), "codings": both},
            {**standard("RxNorm", "10"), "codings": [other], "words": "prednisone"},
        ]
    )  # fmt: skip

    assert meanings == {
        1: [("medications", "prednisone", "", "ingredient")],
        2: [("medications", drug, "", "ingredient") for drug in ("sofosbuvir", "velpatasvir")],
    }  # and not by its words where the vocabulary says what it is made of
    assert list(census.sort_values("code")["code"]) == ["10", "312617", "9"]


WORDS = {
    "methylprednisolone 40 MG Injection": ["methylprednisolone"],
    "PredniSOLONE acetate 1% ophthalmic": ["prednisolone"],
    "pegfilgrastim-jmdb": ["pegfilgrastim"],
    "ledipasvir 90 MG / sofosbuvir 400 MG Oral Tablet": ["ledipasvir", "sofosbuvir"],
    "immunoglobulin G, human 50 MG/ML Injectable Solution": ["ivig"],
    "cytomegalovirus immune globulin intravenous, human": ["ignore"],
    "Rho(D) immune globulin intravenous": ["unstated"],
    "lymphocyte immune globulin, anti-thymocyte globulin (rabbit)": ["antithymocyte_globulin"],
    "acetaminophen 325 MG Oral Tablet": [],
}


@pytest.mark.parametrize("words", WORDS)
def test_a_drug_is_what_its_name_says_where_no_vocabulary_does(settled, words):
    _, meanings = settled([{**standard("RxNorm", "1"), "source": "drug_exposure", "words": words}])

    assert [name for _, name, *_ in meanings.get(1, [])] == WORDS[words]
    assert {by for *_, by in meanings.get(1, [])} <= {"words"}


def test_a_site_adds_words_of_its_own(settled):
    _, meanings = settled(
        [{"source_text": "KIOVIG 10 g", "words": "KIOVIG 10 g"}], ["medications,ivig,ingredient,Kiovig|Panzyga,,"]
    )

    assert meanings[1] == [("medications", "ivig", "", "words")]


def test_a_purpose_stands_beside_the_drug(settled):
    combo = {"source_text": "Prednisone for GVHD", **PREDNISONE, "words": "prednisone 5 MG Oral Tablet"}
    census, meanings = settled([combo], ["purposes,gvhd,source,prednisone for gvhd,,"])

    assert meanings[1] == [("medications", "prednisone", "", "words"), ("purposes", "gvhd", "", "source text")]
    assert list(census.loc[0, ["used as", "by", "note"]]) == ["prednisone; gvhd", "words", ""]


def test_answers_are_no_meanings(settled):
    _, meanings = settled([own("SNOMED", "10828004", "Positive")])
    assert meanings == {}


def test_other_codings_of_a_concept_count_in_the_order_of_the_systems(settled):
    combo = {
        **own("ICD10GM", "D69.3", "Idiopathische thrombozytopenische Purpura"),
        "codings": [
            ("source code", "SNOMED", "75331009", "Evans syndrome"),
            ("source code", "ICD10CM", "D69.3", "ITP"),
        ],
    }

    census, meanings = settled([combo], ["conditions,itp,ICD10GM,D69.3,,"], official=False)

    assert meanings[1] == [("conditions", "evans", "", "source code")]  # SNOMED stands before ICD10CM
    assert list(census.loc[0, ["system", "code", "note"]]) == ["SNOMED", "75331009", "conflict; name differs"]


def test_a_concept_id_is_a_code_of_the_system_omop(settled):
    dat = {
        **standard("LOINC", "1007-4x", "Direct antiglobulin test"),
        "codings": [("standard code", "OMOP", "3022907", "Direct antiglobulin test")],
    }

    census, meanings = settled([dat])

    assert meanings[1] == [("measurements", "dat", "", "standard code")]
    assert list(census.loc[0, ["system", "code"]]) == ["OMOP", "3022907"]


def test_the_most_frequent_stand_first_then_by_table_system_and_code(settled):
    census, _ = settled(
        [
            {**own("SNOMED", "2"), "source": "observation", "rows": 5},
            {**own("SNOMED", "3"), "source": "condition", "rows": 5},
            {**own("LOINC", "4"), "source": "observation", "rows": 5},
            {**own("SNOMED", "1"), "source": "observation", "rows": 5},
            {**own("SNOMED", "5"), "source": "visit", "rows": 6},
        ]
    )

    assert list(census["code"]) == ["5", "3", "4", "1", "2"]


def test_rare_text_without_a_code_is_one_line(settled):
    day = date(2020, 1, 1)
    census, meanings = settled(
        [
            {"source_text": "Mrs. Smith felt faint", "patients": 1, "rows": 2, "first": day, "last": day},
            {"source_text": "see letter of Dr. Jones", "patients": 9, "rows": 30, "source": "observation"},
            {"source_text": "local assay", "patients": 10, "rows": 11},
            {"source_text": "our HB", "patients": 1, "rows": 1},
            {"source_text": "rare but coded", **HB, "patients": 1, "rows": 3},
        ],
        ["measurements,hemoglobin,source,our hb,,"],
    )

    assert list(census["source text"]) == ["(rare text)", "local assay", "rare but coded", "our HB"]
    rare = census.iloc[0]
    assert (rare["rows"], rare["note"], rare["first"], rare["table"]) == (32, "unmapped", pd.Timestamp(day), "")
    assert pd.isna(rare["patients"])
    assert set(meanings) == {4, 5}


def test_nothing_recorded_is_an_empty_census(settled):
    census, meanings = settled([])
    assert (len(census), meanings) == (0, {})
    assert list(census) == [*CENSUS, "for", "not used"]
