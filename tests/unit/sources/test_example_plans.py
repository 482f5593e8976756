"""The example plans for forms of registries, each on a small export that has its columns."""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from unit.sources.workbooks import write_xlsx

import postgraft as pg
from postgraft import sources

PLANS = Path(sources.__file__).parent / "data" / "plans"

HEAD = [
    "Patient number", "Sex", "Date of birth", "Date of death", "Date last seen", "Centre", "Date of transplant",
    "Kind of transplant", "Diagnosis", "Source of cells", "Donor", "Intensity", "Neutrophils above 0.5 since",
    "Platelets above 20 since", "Disease at transplant", "Date of relapse", "Date of progression",
    "Date of acute GVHD", "Highest grade of acute GVHD", "Date of chronic GVHD", "Date of graft loss",
    "Date of microangiopathy", "Date of liver VOD", "Date of autoimmune haemolysis", "Date of immune thrombocytopenia",
]  # fmt: skip


def form(**answers):
    """A row of the workbook; what is not answered is empty."""
    by_title = {title.replace(" ", "_").replace(".", "_"): title for title in HEAD}
    said = {by_title[name]: answer for name, answer in answers.items()}
    return [said.get(title) for title in HEAD]


def text_of(frame):
    """Rows as texts, an empty cell as nothing."""
    return [tuple("" if pd.isna(cell) else str(cell) for cell in row) for row in frame.itertuples(index=False)]


@pytest.fixture
def plan(tmp_path):
    def copy(name):
        return Path(shutil.copy(PLANS / name, tmp_path))

    return copy


def test_a_workbook_of_forms_like_those_of_the_ebmt(plan, tmp_path):
    pytest.importorskip("python_calamine", reason="needs the extra sources")
    person = {"Patient_number": 7, "Sex": "Male", "Date_of_birth": "03/04/1971", "Date_last_seen": "01/06/2025"}
    rows = [
        form(**person, Date_of_transplant=date(2019, 1, 20), Kind_of_transplant="Autologous"),
        form(
            **person, Date_of_transplant=date(2020, 3, 4), Kind_of_transplant="Allogeneic", Diagnosis="AML",
            Source_of_cells="PB", Donor="Mismatched relative", Intensity="Reduced",
            Neutrophils_above_0_5_since="20/03/2020", Disease_at_transplant="Complete remission",
            Date_of_acute_GVHD="15/04/2020", Highest_grade_of_acute_GVHD="II",
            Date_of_autoimmune_haemolysis="01/09/2020",
        ),
        form(
            Patient_number=9, Sex="Female", Date_of_birth="30/12/1990", Date_of_transplant=date(2021, 5, 6),
            Kind_of_transplant="Allogeneic", Diagnosis="Aplastic anaemia", Disease_at_transplant="Non-malignant",
        ),
    ]  # fmt: skip
    write_xlsx(tmp_path / "registry.xlsx", {"Transplants": [HEAD, *rows]})

    done = pg.import_tables(plan("ebmt_like.yaml"), tmp_path / "cohort")

    extract = done.extract()
    assert extract.name == "Example centre, registry export"
    people = extract.patients
    assert list(people["patient_id"]) == ["7", "9"]
    assert list(people["sex"]) == ["male", "female"]
    of = extract.transplants[["patient", "type", "indication", "graft_source", "donor", "conditioning"]]
    assert text_of(of) == [
        ("0", "autologous", "", "", "", ""),
        ("0", "allogeneic", "aml", "peripheral_blood", "haploidentical", "reduced_intensity"),
        ("1", "allogeneic", "aplastic_anemia", "", "", ""),
    ]
    assert text_of(extract.conditions[["patient", "condition", "grade"]]) == [
        ("0", "acute_gvhd", "2.0"),
        ("0", "aiha", ""),
    ]
    assert text_of(extract.disease_status[["patient", "status"]]) == [("0", "remission")]
    assert text_of(done.changed) == [
        ("indications", "aml", "joined: indication of a transplant", "1", "1"),
        ("indications", "aplastic_anemia", "joined: indication of a transplant", "1", "1"),
        ("patients", "patient", "joined: equal to the row of the patient", "1", "1"),
    ]
    assert text_of(done.dropped) == []
    [engrafted] = extract.transplants["neutrophil_engraftment"].dropna()
    assert date.fromordinal(date(1970, 1, 1).toordinal() + int(engrafted)) == date(2020, 3, 20)


def test_csv_files_of_forms_like_those_of_the_cibmtr(plan, tmp_path):
    (tmp_path / "recipients.csv").write_text(
        "recipient_id,infusion_number,sex,age_at_infusion,death_date,contact_date,center,infusion_date,infusion_type,"
        "disease,product,donor,regimen,abo,anc_recovery_date,platelet_recovery_date\n"
        "42,1,2,34.5,,06/01/2025,10,02/03/2021,1,10,2,3,1,2,02/20/2021,-99\n"
        "42,2,2,-88,,06/01/2025,10,07/01/2021,4,-99,2,3,-88,-88,,\n"
    )
    (tmp_path / "followup.csv").write_text(
        "recipient_id,assessment_date,disease_assessed,acute_gvhd,acute_gvhd_date,acute_gvhd_grade,chronic_gvhd,"
        "chronic_gvhd_date,cytopenia_date,hemolytic_anemia,immune_thrombocytopenia,pure_red_cell_aplasia\n"
        "42,05/14/2021,1,1,03/01/2021,2,0,,08/02/2021,1,0,0\n"
        "42,,,0,,,0,,,,,\n"
    )
    (tmp_path / "labs.csv").write_text(
        "recipient_id,sample_date,anc,platelets,hemoglobin,dat\n00042,08/02/2021,1500,<20,6.9,positive\n"
    )
    (tmp_path / "treatment.csv").write_text(
        "recipient_id,first_dose_date,last_dose_date,agent,dose,dose_unit,route,given_for\n"
        "42,08/03/2021,08/30/2021,1,80,1,1,1\n42,08/03/2021,,9,,,,\n"
    )

    done = pg.import_tables(plan("cibmtr_like.yaml"), tmp_path / "cohort")

    extract = done.extract()
    assert text_of(extract.patients[["patient_id", "sex", "age_at_transplant", "site"]]) == [
        ("00042", "female", "34.5", "10")
    ]
    columns = ["type", "indication", "donor", "conditioning", "abo_mismatch"]
    assert text_of(extract.transplants[columns]) == [
        ("allogeneic", "aml", "matched_unrelated", "myeloablative", "major"),
        ("donor_lymphocytes", "", "matched_unrelated", "", ""),
    ]
    assert text_of(extract.conditions[["condition", "grade"]]) == [("acute_gvhd", "2.0"), ("aiha", "")]
    assert text_of(extract.medications[["drug", "dose", "dose_unit", "route", "purpose"]]) == [
        ("prednisone", "80.0", "mg/day", "oral", "immune_cytopenia")
    ]
    assert text_of(done.units[["analyte", "unit as found", "rows", "median"]]) == [
        ("hemoglobin", "g/dL", "1", "6.9"),
        ("neutrophils", "/uL", "1", "1500.0"),
        ("platelets", "10*9/L", "1", "20.0"),
    ]
    [ignored] = done.mapping.loc[done.mapping["used as"] == "ignore", "rows"][
        done.mapping["code"] == "medications: ignore"
    ]
    assert ignored == 1
