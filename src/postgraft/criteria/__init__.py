"""The criteria that there are rules for, those of NCT05873205 in its order; a protocol file lists which it asks."""

from typing import Final

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
from postgraft.protocol import Protocol
from postgraft.vocabulary.errors import ProtocolError
from postgraft.vocabulary.shown import shown_value
from postgraft.vocabulary.words import did_you_mean

CRITERIA: Final[tuple[Criterion, ...]] = (
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

_BY_NAME: Final = {criterion.name: criterion for criterion in CRITERIA}


def listed(protocol: Protocol) -> tuple[Criterion, ...]:
    """The criteria that a protocol lists, in its order.

    Raises:
        ProtocolError: names that no criterion has, each with the nearest one.
    """
    unknown = [name for name in protocol.criteria if name not in _BY_NAME]
    if unknown:
        named = ", ".join(f"{name}{did_you_mean(name, _BY_NAME)}" for name in unknown)
        raise ProtocolError(
            f"protocol {shown_value(protocol.name)}: criteria: unknown are {named}; accepted are {', '.join(_BY_NAME)}."
        )
    return tuple(_BY_NAME[name] for name in protocol.criteria)


__all__ = ["CRITERIA", "Answer", "Criterion", "Needs", "listed"]
