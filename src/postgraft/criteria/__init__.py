"""The criteria of NCT05873205, in protocol order."""

from postgraft.criteria.attested import CONSENT, CONTRACEPTION, NO_CONTRAINDICATION, NO_UNCONTROLLED_CONDITION
from postgraft.criteria.blood_counts import NEUTROPHIL_COUNT
from postgraft.criteria.criterion import Answer, Criterion, Needs
from postgraft.criteria.cytopenia import IMMUNE_CYTOPENIA
from postgraft.criteria.demographics import ADULT
from postgraft.criteria.disease import NO_RELAPSE, REMISSION
from postgraft.criteria.growth_factors import STABLE_GROWTH_FACTOR
from postgraft.criteria.gvhd import GVHD_CONTROLLED
from postgraft.criteria.infection import HEPATITIS, HIV
from postgraft.criteria.other_therapy import INVESTIGATIONAL_WASHOUT, MAINTENANCE_THERAPY
from postgraft.criteria.pregnancy import NOT_PREGNANT
from postgraft.criteria.prior_therapy import INCOMPLETE_RESPONSE
from postgraft.criteria.safety import NO_HYPERSENSITIVITY, NO_TA_TMA, ORGAN_FUNCTION
from postgraft.criteria.transplant import DAYS_SINCE_TRANSPLANT, NEUTROPHIL_ENGRAFTMENT, PLATELET_ENGRAFTMENT

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
