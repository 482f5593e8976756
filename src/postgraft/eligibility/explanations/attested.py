"""What only the patient can say."""

from __future__ import annotations

from postgraft.criteria.attested import taken_on_trust
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.reason import Reason
from postgraft.eligibility.explanations.safety import attestation


def explain_contraception(case: Case) -> Reason:
    return _attested(case, "contraception is agreed with the patient at enrolment")


def explain_consent(case: Case) -> Reason:
    return _attested(case, "consent is given by the patient at enrolment")


def _attested(case: Case, what: str) -> Reason:
    verdict = case.at(taken_on_trust(case.block, case.p))
    return Reason(verdict, f"{what}, which no extract shows: {attestation(case)}")
