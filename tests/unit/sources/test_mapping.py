"""The mapping: what is shipped, what a site's file takes the place of, and all that a file may have wrong."""

import pandas as pd
import pytest

from postgraft.sources.errors import SourceError
from postgraft.sources.mapping import load_mapping
from postgraft.sources.values import Value, read_value

HEADER = "table,name,system,code,value,note\n"


@pytest.fixture
def site(tmp_path):
    """Writes a site's file of these lines, or with another header, and gives its path."""

    def write(*lines: str, header: str = HEADER, encoding: str = "utf-8"):
        path = tmp_path / "mapping.csv"
        path.write_text(header + "".join(f"{line}\n" for line in lines), encoding=encoding)
        return path

    return write


def meanings(mapping: pd.DataFrame, system: str, code: str) -> set[tuple[str, str]]:
    of_code = mapping[(mapping["system"] == system) & (mapping["code"] == code)]
    return {*zip(of_code["table"], of_code["name"], strict=True)}


def findings(path) -> list[tuple[str, str, str, tuple[int, ...]]]:
    with pytest.raises(SourceError) as caught:
        load_mapping(path)
    return [(one.column, one.found, one.accepted, one.rows) for one in caught.value.findings]


def test_the_shipped_mapping_is_a_frame_of_texts_and_passes_its_own_checks():
    shipped = load_mapping()

    assert list(shipped) == ["table", "name", "system", "code", "value", "note"]
    assert not shipped.isna().any().any()
    assert (shipped["note"] != "").all()  # each with its source
    again = load_mapping(shipped)
    assert again.sort_values(list(again), ignore_index=True).equals(shipped.sort_values(list(again), ignore_index=True))


def test_a_code_that_stands_in_the_file_has_only_the_files_meaning(site):
    shipped = load_mapping()
    assert meanings(shipped, "ICD10CM", "C92.01") == {("disease_status", "remission"), ("indications", "aml")}

    mapping = load_mapping(site("conditions,ignore,ICD10CM,C92.01,,seen", "measurements,hemoglobin,source, Hb ,,"))

    assert meanings(mapping, "ICD10CM", "C92.01") == {("conditions", "ignore")}
    assert meanings(mapping, "source", "Hb") == {("measurements", "hemoglobin")}
    assert len(mapping) == len(shipped) - 2 + 2


def test_the_system_is_part_of_a_code(site):
    mapping = load_mapping(site("conditions,unstated,ICD10GM,T86.01,,"))

    assert meanings(mapping, "ICD10CM", "T86.01") == {("conditions", "graft_failure")}
    assert meanings(mapping, "ICD10GM", "T86.01") == {("conditions", "unstated")}


def test_a_word_of_the_file_takes_only_its_own_place_among_alternatives(site):
    mapping = load_mapping(site("medications,ignore,ingredient,IVIG,,"))

    ivig = mapping[(mapping["system"] == "ingredient") & (mapping["name"] == "ivig")]
    assert list(ivig["code"]) == ["immunoglobulin g, human|immunoglobulins, intravenous|immune globulin intravenous"]


def test_rows_without_a_code_are_remarks_whatever_they_say(site):
    mapping = load_mapping(site("to do: ask the laboratory,,,,,", "", "conditions,nonsense,,,,later"))

    assert list(mapping["table"].tail(2)) == ["to do: ask the laboratory", "conditions"]


def test_a_code_may_have_two_names_that_are_both_meant(site):
    lines = [f"conditions,{name}_gvhd,source,overlap,," for name in ("acute", "chronic")]
    lines += [f"medications,{drug},NDC,0093-1,," for drug in ("ledipasvir", "sofosbuvir")]

    mapping = load_mapping(site(*lines))

    assert meanings(mapping, "source", "overlap") == {("conditions", "acute_gvhd"), ("conditions", "chronic_gvhd")}
    assert len(meanings(mapping, "NDC", "0093-1")) == 2
    assert meanings(mapping, "ICD10CM", "D89.812") == {("conditions", "acute_gvhd"), ("conditions", "chronic_gvhd")}


def test_an_assessment_is_one_of_disease_status_whatever_table_it_is_written_to(site):
    mapping = load_mapping(site("assessment,disease_status,source,status form,,"))

    assert meanings(mapping, "source", "status form") == {("disease_status", "assessment")}


def test_everything_wrong_is_found_in_one_pass(site):
    path = site(
        "measurments,hemoglobin,source,a,,",
        "measurements,hemoglobine,source,b,,",
        "measurements,hemoglobin,Loinc,718-7,,",
        "measurements,hemoglobin,source,c,unt=g/dL,",
        "measurements,hemoglobin,source,d,unit=mmol,",
        "measurements,leukocytes,source,e,unit=%,",
        "measurements,platelets,LOINC,777-3x*,,",
        "measurements,platelets,OMOP,LOINC,,",
        "conditions,itp,ingredient,f,,",
        "indications,aplastic_anaemia,source,g,,",
        "indications,t_pll,source,h,,",
        "results,positive,source,pos,unit=g,",
    )

    found = {(column, what): rows for column, what, _, rows in findings(path)}

    assert found == {
        ("table", 'unknown table "measurments" (did you mean measurements?)'): (2,),
        ("name", 'unknown name "hemoglobine" of measurements (did you mean hemoglobin?)'): (3,),
        ("system", 'unknown system "Loinc" (did you mean LOINC?)'): (4,),
        ("value", 'unknown key "unt" (did you mean unit?)'): (5,),
        ("value", 'unit "mmol" does not fit hemoglobin'): (6,),
        ("value", 'unit "%" does not fit leukocytes'): (7,),
        ("code", '"777-3x*" is no code'): (8,),
        ("code", '"LOINC" is no concept_id'): (9,),
        ("system", 'ingredient in the table "conditions"'): (10,),
        ("name", 'unknown name "aplastic_anaemia" of indications (did you mean aplastic_anemia?)'): (11,),
        ("value", 'unknown key "unit"'): (13,),
    }


def test_the_message_names_the_file_what_was_found_and_what_is_accepted(site):
    with pytest.raises(SourceError) as caught:
        load_mapping(path := site("conditions,acute_gvhd,source,aGVHD 5,grade=5,"))

    assert str(caught.value) == (
        f'{path}: 1 error\n  mapping.csv\n    value\n      grade "5"; accepted: 0, 1, 2, 3, 4 (1 row: 2)'
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("measurements,hemoglobin,source,HB,,", "measurements,platelets,source,hb,,"), "hemoglobin and platelets"),
        (("conditions,itp,ICD10CM,D69.3,,", "conditions,ignore,ICD10CM,D69.3,,"), "itp and ignore"),
        (
            ("transplants,allogeneic,OPS,8-805,donor=other,", "transplants,allogeneic,OPS,8-805,,"),
            "allogeneic (donor=other) and allogeneic (no value)",
        ),
    ],
)
def test_two_meanings_that_cannot_both_be_meant(site, lines, said):
    [(column, found, accepted, rows)] = findings(site(*lines))

    system, code, table = (lines[0].split(",")[place] for place in (2, 3, 0))
    assert (column, found) == ("code", f'{system} "{code}" is {said} of {table}')
    assert (accepted, rows) == ("one meaning", (2, 3))


def test_the_same_row_twice_is_one(site):
    line = "measurements,hemoglobin,source,HB,,"
    assert len(load_mapping(site(line, line))) == len(load_mapping()) + 1


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("table;name;system;code;value;note\n", ["columns divided by semicolons"]),
        (
            "table,name,system,kode,value,note\n",
            ['unknown column "kode" (did you mean code?)', "column code is missing"],
        ),
        ("table,name,system,code,value,note,note\n", ["column note is there twice"]),
        ("", ["column " + c + " is missing" for c in ("table", "name", "system", "code", "value", "note")]),
    ],
)  # fmt: skip
def test_wrong_columns(site, header, found):
    assert [what for _, what, _, _ in findings(site(header=header))] == found


def test_files_that_are_no_csv(site, tmp_path):
    assert findings(tmp_path / "none.csv") == [("", "cannot be read (No such file or directory)", "", ())]
    assert findings(site("conditions,itp,source,Blättchen,,", encoding="latin-1")) == [
        ("", "is not UTF-8 text", "a CSV file in UTF-8", ())
    ]
    assert findings(site('conditions,itp,source,"open,,')) == [
        ("", "is not a CSV file (quotes that are no pairs around a cell, or a broken line)", "", ())
    ]
    assert findings(site("conditions,itp,source,a,", "conditions,itp,source,b,,", "conditions,itp,source,c")) == [
        ("", "rows of another number of cells than the header's 6", "", (2, 4))
    ]


def test_columns_in_another_order_and_a_mark_of_the_encoding_are_read(tmp_path):
    path = tmp_path / "mapping.csv"
    path.write_text("code,system,name,table,note,value\nHB,source,hemoglobin,measurements,,unit=g/dL\n", "utf-8-sig")

    assert meanings(load_mapping(path), "source", "HB") == {("measurements", "hemoglobin")}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", Value()),
        ("positive_from=10; unit=m[IU]/mL", Value(unit="m[IU]/mL", positive_from=10, negative_below=10)),
        ("positive_from=25; negative_below=5", Value(positive_from=25, negative_below=5)),
        ("positive_from=number", Value(by_number=True)),
        ("limit=own", Value(own_limit=True)),
        ("graft_source=bone_marrow;donor=haploidentical", Value(graft_source="bone_marrow", donor="haploidentical")),
        ("grade=3; detail=refractory", Value(grade=3, detail="refractory")),
        ("route=oral; days_supply=30; purpose=gvhd", Value(route="oral", days_supply=30, purpose="gvhd")),
    ],
)
def test_values_in_types(text, value):
    assert read_value(text) == value


@pytest.mark.parametrize(
    ("row", "found", "accepted"),
    [
        (
            "measurements,hbsag,positive_from=ten",
            'positive_from "ten"',
            "a number with a decimal point, or the word number",
        ),
        (
            "measurements,hbsag,positive_from=nan",
            'positive_from "nan"',
            "a number with a decimal point, or the word number",
        ),
        (
            "measurements,hbsag,negative_below=1",
            "negative_below without a number as positive_from",
            "both, or positive_from alone",
        ),
        (
            "measurements,hbsag,positive_from=1; negative_below=2",
            "negative_below above positive_from",
            "a number up to positive_from",
        ),
        (
            "measurements,platelets,positive_from=1",
            "positive_from for platelets, which is not positive or negative",
            "",
        ),
        ("measurements,hbsag,limit=own", "limit for hbsag, which is no number", ""),
        ("measurements,ldh,limit=250", 'limit "250"', "own"),
        ("medications,ivig,days_supply=0", 'days_supply "0"', "a number of days above 0"),
        (
            "medications,ivig,route=orally",
            'unknown route "orally" (did you mean oral?)',
            "oral, intravenous, topical, inhaled, other",
        ),
        ("conditions,chronic_gvhd,detail=worse", 'unknown detail "worse"', "responsive, refractory, untreated"),
        ("transplants,boost,donor", '"donor" is no key=value, or a key that is there twice', ""),
        (
            "transplants,boost,donor=other; donor=other",
            '"donor=other" is no key=value, or a key that is there twice',
            "",
        ),
        ("disease_status,active,grade=1", 'unknown key "grade"', "no key: disease_status have no value"),
    ],
)
def test_values_that_are_refused(site, row, found, accepted):
    table, name, value = row.split(",")
    assert findings(site(f"{table},{name},source,a,{value},")) == [("value", found, accepted, (2,))]
