"""Lists of section 6 and the data of clinical/*.csv, copied."""

from __future__ import annotations

ITP_OTHER_CAUSES = (
    "drug_induced_thrombocytopenia",
    "ta_tma",
    "dic",
    "hit",
    "ttp",
    "graft_failure",
    "poor_graft_function",
    "hypersplenism",
    "sinusoidal_obstruction",
    "infection_thrombocytopenia",
    "relapse_marrow",
    "drug_induced_marrow_suppression",
)
PRCA_OBVIOUS_CAUSES = (
    "bleeding",
    "iron_deficiency",
    "vitamin_deficiency",
    "renal_anemia",
    "graft_failure",
    "poor_graft_function",
    "relapse_marrow",
    "parvovirus_b19",
    "drug_induced_marrow_suppression",
)
HEMOLYSIS_OTHER_CAUSES = (
    "ta_tma",
    "ttp",
    "dic",
    "drug_induced_hemolysis",
    "g6pd_deficiency",
    "pnh",
    "transfusion_reaction",
    "passenger_lymphocyte",
    "ivig_hemolysis",
)
ACUTE_CONDITIONS = (
    "bleeding",
    "dic",
    "hit",
    "infection_thrombocytopenia",
    "uncontrolled_infection",
    "drug_induced_thrombocytopenia",
    "drug_induced_hemolysis",
    "transfusion_reaction",
    "sinusoidal_obstruction",
)
GRAFT_BOUND_CONDITIONS = (
    "graft_failure",
    "poor_graft_function",
    "acute_gvhd",
    "chronic_gvhd",
    "ta_tma",
    "sinusoidal_obstruction",
    "relapse_marrow",
    "passenger_lymphocyte",
    "aiha",
    "itp",
    "prca",
    "evans",
)
SECOND_LINE_DRUGS = (
    "romiplostim",
    "eltrombopag",
    "avatrombopag",
    "fostamatinib",
    "bortezomib",
    "cyclophosphamide",
    "azathioprine",
    "mycophenolate",
    "cyclosporine",
    "sirolimus",
    "danazol",
    "daratumumab",
    "eculizumab",
    "alemtuzumab",
    "vincristine",
)
GROWTH_FACTORS = ("filgrastim", "pegfilgrastim", "sargramostim", "epoetin", "darbepoetin")
ERYTHROPOIESIS_STIMULATING_AGENTS = ("epoetin", "darbepoetin")
MAINTENANCE_DRUGS = (
    "midostaurin",
    "gilteritinib",
    "sorafenib",
    "quizartinib",
    "imatinib",
    "dasatinib",
    "nilotinib",
    "ponatinib",
    "azacitidine",
    "decitabine",
    "venetoclax",
    "lenalidomide",
    "blinatumomab",
    "maraviroc",
)
GVHD_DRUGS = (
    "ruxolitinib",
    "ibrutinib",
    "belumosudil",
    "tacrolimus",
    "cyclosporine",
    "sirolimus",
    "mycophenolate",
    "methotrexate",
    "abatacept",
    "vedolizumab",
    "pentostatin",
    "tocilizumab",
    "antithymocyte_globulin",
)
HBV_ANTIVIRALS = ("entecavir", "tenofovir", "lamivudine", "adefovir")
HCV_ANTIVIRALS = (
    "sofosbuvir",
    "ledipasvir",
    "velpatasvir",
    "glecaprevir",
    "pibrentasvir",
    "voxilaprevir",
    "daclatasvir",
    "elbasvir",
    "grazoprevir",
    "ribavirin",
)
NONMALIGNANT_INDICATIONS = (
    "aplastic_anemia",
    "bone_marrow_failure",
    "sickle_cell_disease",
    "thalassemia",
    "hemoglobinopathy",
    "immunodeficiency",
    "autoimmune_disease",
    "metabolic_disorder",
)
UNCOUNTED_CORTICOSTEROIDS = ("budesonide",)

# clinical/steroid_equivalents.csv, column prednisone_mg_per_mg
STEROID_FACTORS = {
    "prednisone": 1.0,
    "prednisolone": 1.0,
    "methylprednisolone": 1.25,
    "triamcinolone": 1.25,
    "dexamethasone": 6.6667,
    "betamethasone": 8.3333,
    "hydrocortisone": 0.25,
    "cortisone": 0.2,
    "deflazacort": 0.8333,
}

# clinical/half_lives.csv, column half_life_h, without the DEFAULT rows
HALF_LIVES_HOURS = {
    "isatuximab": 672.0,
    "daratumumab": 432.0,
    "rituximab": 528.0,
    "alemtuzumab": 288.0,
    "abatacept": 312.0,
    "eculizumab": 264.0,
    "ravulizumab": 1200.0,
    "tocilizumab": 264.0,
    "efgartigimod": 96.0,
    "vedolizumab": 600.0,
    "bortezomib": 96.0,
    "ibrutinib": 5.0,
    "ruxolitinib": 3.0,
    "belumosudil": 19.0,
    "sirolimus": 62.0,
    "midostaurin": 20.0,
    "gilteritinib": 113.0,
    "sorafenib": 36.0,
    "quizartinib": 73.0,
    "venetoclax": 26.0,
    "azacitidine": 1.0,
    "eltrombopag": 28.0,
    "romiplostim": 84.0,
    "avatrombopag": 19.0,
    "fostamatinib": 15.0,
}

CYTOPENIAS = ("aiha", "itp", "prca")
LINEAGE_ANALYTE = {"aiha": "hemoglobin", "itp": "platelets", "prca": "hemoglobin"}
LINEAGE_PRODUCT = {"aiha": "red_cells", "itp": "platelets", "prca": "red_cells"}
DIAGNOSES = {"aiha": ("aiha", "evans"), "itp": ("itp", "evans"), "prca": ("prca",)}
GVHD_KINDS = ("acute_gvhd", "chronic_gvhd")

CRITERIA = (
    "adult",
    "remission",
    "neutrophil_engraftment",
    "platelet_engraftment",
    "days_since_transplant",
    "immune_cytopenia",
    "incomplete_response",
    "neutrophil_count",
    "stable_growth_factor",
    "hepatitis",
    "not_pregnant",
    "contraception",
    "consent",
    "no_relapse",
    "no_ta_tma",
    "gvhd_controlled",
    "organ_function",
    "hiv",
    "no_uncontrolled_condition",
    "no_hypersensitivity",
    "investigational_washout",
    "maintenance_therapy",
    "no_contraindication",
)
PARTS = ("refractory", "dependent", "two_lines")
COMPONENTS = tuple(f"immune_cytopenia.{x}" for x in CYTOPENIAS) + tuple(f"incomplete_response.{part}" for part in PARTS)
