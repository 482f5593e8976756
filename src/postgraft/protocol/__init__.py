"""The protocol as data: registry statements, parameters with units and readings, amendments."""

from postgraft.protocol.amendment import Amendment
from postgraft.protocol.loading import load_protocol
from postgraft.protocol.menu import menu
from postgraft.protocol.model import Parameter, Statement
from postgraft.protocol.plan import Plan, load_plan
from postgraft.protocol.protocol import Protocol
from postgraft.protocol.scenarios import load_amendments

__all__ = [
    "Amendment",
    "Parameter",
    "Plan",
    "Protocol",
    "Statement",
    "load_amendments",
    "load_plan",
    "load_protocol",
    "menu",
]
