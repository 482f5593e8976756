"""The criteria of NCT05873205, in protocol order."""

from postgraft.criteria.blood_counts import NEUTROPHIL_COUNT, STABLE_GROWTH_FACTOR
from postgraft.criteria.criterion import Answer, Criterion, Needs
from postgraft.criteria.cytopenia.immune_cytopenia import IMMUNE_CYTOPENIA
from postgraft.criteria.disease import NO_RELAPSE, REMISSION
from postgraft.criteria.gvhd import GVHD_CONTROLLED
from postgraft.criteria.hepatitis import HEPATITIS
from postgraft.criteria.hiv import HIV
from postgraft.criteria.medications import INVESTIGATIONAL_WASHOUT, MAINTENANCE_THERAPY
from postgraft.criteria.patient import ADULT, NOT_PREGNANT
from postgraft.criteria.safety import (
    CONSENT,
    CONTRACEPTION,
    NO_CONTRAINDICATION,
    NO_HYPERSENSITIVITY,
    NO_TA_TMA,
    NO_UNCONTROLLED_CONDITION,
    ORGAN_FUNCTION,
)
from postgraft.criteria.transplant import DAYS_SINCE_TRANSPLANT, NEUTROPHIL_ENGRAFTMENT, PLATELET_ENGRAFTMENT
from postgraft.criteria.treatment.incomplete_response import INCOMPLETE_RESPONSE

CRITERIA: tuple[Criterion, ...] = (
    ADULT,
    REMISSION,
    NEUTROPHIL_ENGRAFTMENT,
    PLATELET_ENGRAFTMENT,
    DAYS_SINCE_TRANSPLANT,
    IMMUNE_CYTOPENIA,
    INCOMPLETE_RESPONSE,
    NEUTROPHIL_COUNT,
    STABLE_GROWTH_FACTOR,
    HEPATITIS,
    NOT_PREGNANT,
    CONTRACEPTION,
    CONSENT,
    NO_RELAPSE,
    NO_TA_TMA,
    GVHD_CONTROLLED,
    ORGAN_FUNCTION,
    HIV,
    NO_UNCONTROLLED_CONDITION,
    NO_HYPERSENSITIVITY,
    INVESTIGATIONAL_WASHOUT,
    MAINTENANCE_THERAPY,
    NO_CONTRAINDICATION,
)

__all__ = ["CRITERIA", "Answer", "Criterion", "Needs"]
