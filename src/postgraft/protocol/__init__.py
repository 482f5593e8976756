"""The protocol as data: registry statements, parameters with units and readings, amendments."""

from postgraft.protocol.amendments import load_amendments, menu, of_kind
from postgraft.protocol.loading import load_protocol
from postgraft.protocol.parameters import Parameter, Statement
from postgraft.protocol.plan import RecruitmentPlan
from postgraft.protocol.plan_file import load_plan
from postgraft.protocol.protocol import Amendment, Protocol

__all__ = [
    "Amendment",
    "Parameter",
    "Protocol",
    "RecruitmentPlan",
    "Statement",
    "load_amendments",
    "load_plan",
    "load_protocol",
    "menu",
    "of_kind",
]
