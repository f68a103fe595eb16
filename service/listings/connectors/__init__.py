"""Sends requests to platforms, at their pace, and says what became of every listing. Nothing is sent unless somebody asks for it."""

from service.listings.connectors.connector import BadRequest, Connector
from service.listings.connectors.outcomes import Fault, Learned, Outcome, Report, Ticket, as_data
from service.listings.connectors.pushing import CONNECTORS, Foreseen, Step, connector_of, foresee, look, push

__all__ = [
    "CONNECTORS", "BadRequest", "Connector", "Fault", "Foreseen", "Learned", "Outcome", "Report", "Step", "Ticket", "as_data", "connector_of",
    "foresee", "look", "push",
]  # fmt: skip
