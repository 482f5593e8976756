"""The small sound extracts that are mutated: four patients, a few rows a table, with dates or with days."""

from __future__ import annotations

from random import Random
from typing import Final

Table = list[list[str]]
"""Rows of cells as text, the header first."""

MANIFEST: Final = {
    "format": "1", "name": "Fuzzed", "time": "dates", "extracted_on": "2022-12-31",
    "complete": "{transfusions: true, conditions: [ta_tma, acute_gvhd]}", "sites": "{NYC: New York, NJ1: Basking}",
    "missing": "[NA, ., -99]", "synthetic": "true", "complete_though_empty": "[transfusions, ta_tma, acute_gvhd]",
}  # fmt: skip

_TABLES: Final = {
    "patients": (
        "patient_id,sex,birth_date,birth_year,age_at_transplant,observed_from_date,death_date,last_contact_date,site",
        "P1,female,1970-05-01,,,,,2021-12-31,NYC",
        "P2,male,,1962,,2019-06-01,,2022-06-30,NJ1",
        "P3,unknown,,,44.5,,2021-03-01,2021-03-01,NYC",
        "P4,male,1990-01-31,,,,,2022-12-31,",
    ),
    "transplants": (
        "patient_id,transplant_date,type,indication,graft_source,donor,conditioning,abo_mismatch,"
        "neutrophil_engraftment_date,platelet_engraftment_date",
        "P1,2020-01-01,allogeneic,aml,peripheral_blood,matched_sibling,myeloablative,none,2020-01-15,2020-01-20",
        "P2,2020-06-01,allogeneic,aplastic_anemia,bone_marrow,haploidentical,,major,2020-06-20,",
        "P3,2020-02-01,allogeneic,,,,,,,",
        "P4,2020-03-01,autologous,mm,,,,,,",
        "P4,2021-03-01,allogeneic,mm,cord_blood,other,nonmyeloablative,minor,,2021-04-10",
    ),
    "measurements": (
        "patient_id,date,analyte,value,operator,result,unit,lower_limit,upper_limit",
        "P1,2020-02-01,platelets,150,,,10*9/L,140,400",
        "P1,2020-02-02,hemoglobin,12.5,,,g/dL,,",
        "P2,2020-07-01,dat,,,positive,,,",
        "P2,2020-07-02,platelets,<10,,,K/uL,,",
        "P3,2020-02-20,neutrophils,0.5,>=,,10^9/L,,",
        "P4,2021-04-01,ldh,500,,,U/L,,250",
        "P4,2021-04-01,marrow_megakaryocytes,,,increased,,,",
        "P4,2021-04-02,creatinine,88.4,,,umol/L,60,110",
    ),
    "medications": (
        "patient_id,start_date,end_date,drug,dose,dose_unit,route,purpose,half_life_days",
        "P1,2020-03-01,2020-03-10,prednisone,1,mg/kg/day,oral,gvhd,",
        "P2,2020-08-01,,Rituximab-abbs (Truxima),375,mg/m2,intravenous,immune_cytopenia,22",
        "P4,2021-04-01,2021-05-01,tacrolimus,,,,,",
    ),
    "transfusions": ("patient_id,date,product,units", "P2,2020-06-10,red_cells,2", "P4,2021-03-20,platelets,"),
    "disease_status": ("patient_id,date,status", "P1,2020-02-01,remission", "P4,2021-06-01,relapse"),
    "conditions": (
        "patient_id,start_date,end_date,condition,grade,detail",
        "P1,2020-03-01,,acute_gvhd,2,responsive",
        "P2,2020-07-10,2020-09-01,aiha,,",
    ),
    "adjudications": (
        "patient_id,criterion,start_date,end_date,verdict,source",
        "P2,immune_cytopenia.aiha,2020-07-10,2020-09-01,PASS,chart",
        "P4,remission,2021-04-01,,UNKNOWN,",
    ),
}  # fmt: skip
REQUIRED: Final = ("patients", "transplants")


def base(random: Random) -> tuple[dict[str, str], dict[str, Table]]:
    """Keys of a manifest, each with its YAML, and the required tables with one to three others."""
    others = [name for name in _TABLES if name not in REQUIRED]
    names = [*REQUIRED, *random.sample(others, random.randint(1, 3))]
    tables = {name: [row.split(",") for row in _TABLES[name]] for name in names}
    manifest = dict(MANIFEST)
    if "transfusions" not in names or "conditions" not in names:
        del manifest["complete"], manifest["complete_though_empty"]
    if random.random() < 0.3:
        manifest |= {"time": "days", "extracted_on": ""}
        tables = {name: _as_days(table) for name, table in tables.items()}
    return manifest, tables


def _as_days(table: Table) -> Table:
    header = [name.removesuffix("date") + "day" if name.endswith("date") else name for name in table[0]]
    dates = [i for i, name in enumerate(header) if name.endswith("day")]
    rows = [list(row) for row in table[1:]]
    for row in rows:
        for i in dates:
            # Day numbers need not be the true ones, only in the same order.
            year, month, day = (int(part) for part in row[i].split("-")) if row[i] else (0, 0, 0)
            row[i] = str((year - 2020) * 365 + (month - 1) * 30 + day) if year else ""
    return [header, *rows]
