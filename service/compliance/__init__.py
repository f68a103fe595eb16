"""The law as data with dates: rules, the checker, evidence, reviews and corrections."""

from service.compliance.checking import check
from service.compliance.document import Document, Finding, Line, Proof

__all__ = ["Document", "Finding", "Line", "Proof", "check"]
