"""Closed vocabularies of the extract's columns, and the known words of its open ones (drugs, conditions)."""

from typing import Final

SEXES: Final = ("female", "male", "unknown")
TRANSPLANT_TYPES: Final = ("allogeneic", "autologous", "boost", "donor_lymphocytes")
GRAFT_SOURCES: Final = ("peripheral_blood", "bone_marrow", "cord_blood")
DONORS: Final = ("matched_sibling", "matched_unrelated", "mismatched_unrelated", "haploidentical", "other")
CONDITIONING: Final = ("myeloablative", "reduced_intensity", "nonmyeloablative")
ABO_MISMATCHES: Final = ("none", "minor", "major", "bidirectional")
ROUTES: Final = ("oral", "intravenous", "topical", "inhaled", "other")
PURPOSES: Final = (
    "immune_cytopenia", "gvhd", "relapse_prevention", "infection_prophylaxis",
    "infection_treatment", "investigational", "premedication", "other",
)  # fmt: skip
PRODUCTS: Final = ("red_cells", "platelets")
STATUSES: Final = ("remission", "relapse", "progression", "active")
GVHD_DETAILS: Final = ("responsive", "refractory", "untreated")
GVHD_CONDITIONS: Final = ("acute_gvhd", "chronic_gvhd")

ADJUDICABLE_PARTS: Final = ("immune_cytopenia.aiha", "immune_cytopenia.itp", "immune_cytopenia.prca")
"""What a row of ``adjudications`` may be about, beside a criterion."""

CORTICOSTEROIDS: Final = (
    "prednisone", "prednisolone", "methylprednisolone", "dexamethasone", "hydrocortisone",
    "triamcinolone", "betamethasone", "cortisone", "deflazacort", "budesonide",
)  # fmt: skip

DRUGS: Final = (
    *CORTICOSTEROIDS,
    # immune cytopenia and immunosuppression
    "ivig", "rituximab", "romiplostim", "eltrombopag", "avatrombopag", "fostamatinib", "bortezomib",
    "cyclophosphamide", "azathioprine", "mycophenolate", "methotrexate", "cyclosporine",
    "tacrolimus", "sirolimus", "danazol", "daratumumab", "isatuximab", "eculizumab", "ravulizumab",
    "alemtuzumab", "vincristine", "pentostatin", "efgartigimod", "ruxolitinib", "ibrutinib",
    "belumosudil", "abatacept", "tocilizumab", "vedolizumab", "antithymocyte_globulin",
    "defibrotide",
    # growth factors
    "filgrastim", "pegfilgrastim", "sargramostim", "epoetin", "darbepoetin",
    # relapse prevention
    "midostaurin", "gilteritinib", "sorafenib", "quizartinib", "imatinib", "dasatinib", "nilotinib",
    "ponatinib", "azacitidine", "decitabine", "venetoclax", "lenalidomide", "blinatumomab",
    "maraviroc",
    # hepatitis B and C
    "entecavir", "tenofovir", "lamivudine", "adefovir", "sofosbuvir", "ledipasvir", "velpatasvir",
    "glecaprevir", "pibrentasvir", "voxilaprevir", "daclatasvir", "elbasvir", "grazoprevir",
    "ribavirin",
)  # fmt: skip
"""Drugs with a meaning in some criterion; others are kept and reported."""

CONDITIONS: Final = (
    "aiha", "itp", "prca", "evans", "ta_tma", "ttp", "dic", "hit", "drug_induced_thrombocytopenia",
    "drug_induced_hemolysis", "drug_induced_marrow_suppression", "infection_thrombocytopenia",
    "hypersplenism", "sinusoidal_obstruction", "graft_failure", "poor_graft_function",
    "relapse_marrow", "g6pd_deficiency", "pnh", "transfusion_reaction", "passenger_lymphocyte",
    "ivig_hemolysis", "bleeding", "iron_deficiency", "vitamin_deficiency", "renal_anemia",
    "parvovirus_b19", "acute_gvhd", "chronic_gvhd", "hiv", "hepatitis_a", "hepatitis_b_active",
    "hepatitis_c_active", "pregnant", "not_childbearing", "uncontrolled_infection",
    "study_drug_hypersensitivity", "anti_cd38_intolerance", "steroid_intolerance",
    "premedication_contraindication",
)  # fmt: skip
"""Conditions with a meaning in some criterion; others are kept and reported."""

NONMALIGNANT_INDICATIONS: Final = (
    "aplastic_anemia", "bone_marrow_failure", "sickle_cell_disease", "thalassemia",
    "hemoglobinopathy", "immunodeficiency", "autoimmune_disease", "metabolic_disorder",
)  # fmt: skip
"""Indications with a meaning in a criterion; any other word is a malignant or unnamed one."""
