"""Explanations of single verdicts, a function a criterion, by clinical domain."""

from collections.abc import Callable, Mapping
from typing import Final

from postgraft.eligibility.explanations.attested import explain_consent, explain_contraception
from postgraft.eligibility.explanations.blood import explain_neutrophil_count, explain_stable_growth_factor
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.cytopenia import explain_immune_cytopenia
from postgraft.eligibility.explanations.disease import explain_no_relapse, explain_remission
from postgraft.eligibility.explanations.gvhd import explain_gvhd_controlled
from postgraft.eligibility.explanations.infection import explain_hepatitis, explain_hiv
from postgraft.eligibility.explanations.other_therapy import (
    explain_investigational_washout,
    explain_maintenance_therapy,
)
from postgraft.eligibility.explanations.patient import explain_adult, explain_not_pregnant
from postgraft.eligibility.explanations.prior_therapy import explain_incomplete_response
from postgraft.eligibility.explanations.reason import Reason
from postgraft.eligibility.explanations.safety import (
    explain_no_contraindication,
    explain_no_hypersensitivity,
    explain_no_ta_tma,
    explain_no_uncontrolled_condition,
    explain_organ_function,
)
from postgraft.eligibility.explanations.transplant import (
    explain_days_since_transplant,
    explain_neutrophil_engraftment,
    explain_platelet_engraftment,
)

EXPLANATIONS: Final[Mapping[str, Callable[[Case], Reason]]] = {
    "adult": explain_adult,
    "remission": explain_remission,
    "neutrophil_engraftment": explain_neutrophil_engraftment,
    "platelet_engraftment": explain_platelet_engraftment,
    "days_since_transplant": explain_days_since_transplant,
    "immune_cytopenia": explain_immune_cytopenia,
    "incomplete_response": explain_incomplete_response,
    "neutrophil_count": explain_neutrophil_count,
    "stable_growth_factor": explain_stable_growth_factor,
    "hepatitis": explain_hepatitis,
    "not_pregnant": explain_not_pregnant,
    "contraception": explain_contraception,
    "consent": explain_consent,
    "no_relapse": explain_no_relapse,
    "no_ta_tma": explain_no_ta_tma,
    "gvhd_controlled": explain_gvhd_controlled,
    "organ_function": explain_organ_function,
    "hiv": explain_hiv,
    "no_uncontrolled_condition": explain_no_uncontrolled_condition,
    "no_hypersensitivity": explain_no_hypersensitivity,
    "investigational_washout": explain_investigational_washout,
    "maintenance_therapy": explain_maintenance_therapy,
    "no_contraindication": explain_no_contraindication,
}
"""How each criterion is explained, before adjudications and dropped criteria."""
