"""What reading a file finds besides units: faults by line, and what was passed over.

All or nothing: unless `partial`, faults are gathered to the end of the file and then raised together, so a caller whose work is one
transaction keeps nothing of a faulty file. With `partial` everything readable is given and the faults stay here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from service.errors import FilesRejected, Problem
from service.i18n import Message
from service.translation.interchange.refusing import MOST_FAULTS

__all__ = ["Passed", "Report"]

Passed = Literal["empty", "other_language", "traditional", "obsolete", "no_translation"]
"""Nothing on one side; neither Chinese nor Russian; Chinese in traditional characters; struck out in its PO; dictionary
entry without a counterpart that could be a term."""


@dataclass
class Report:
    """Of one file.

    `inline` says what becomes of codes inside a text (bold, links, placeholders): `kept` as they stood in the document, or `dropped`.
    `read` counts units given, `passed_over` those that are none of ours, by reason, `mended` texts said to be English that hold Chinese
    or Russian signs (some programs call every source English) and are taken for that.
    """

    partial: bool = False
    inline: Literal["kept", "dropped"] = "kept"
    file: str = ""
    read: int = 0
    mended: int = 0
    passed_over: Counter[Passed] = field(default_factory=Counter)
    faults: list[Problem] = field(default_factory=list)
    more: int = 0

    def fault(self, line: int, key: str, value: str, what: Message, remedy: Message) -> None:
        """Note a fault. Raises `FilesRejected` when there are more than anybody would read."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Problem(self.file, line, key, value[:80], what, remedy))
        else:
            self.more += 1
            if not self.partial:
                raise FilesRejected(self.faults)

    def close(self) -> None:
        """The end of the file. Raises `FilesRejected` unless what could be read is wanted all the same."""
        if self.faults and not self.partial:
            raise FilesRejected(self.faults)
