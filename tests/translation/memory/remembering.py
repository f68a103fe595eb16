"""Words for the tests of the memory: pairs that are kept, and texts that are looked up."""

from __future__ import annotations

from typing import Any

from service.database import Database
from service.translation.memory.keeping import Taken, UnitGiven, import_units
from service.translation.memory.looking import look
from service.translation.memory.matches import Context, Match

HONEY = ("椴树蜜净含量500克", "Липовый мёд, масса нетто 500 г")
BREAD = ("黑列巴适合配汤，切片后请密封保存。", "Чёрный хлеб хорош к супу, нарезанный держите закрытым.")


def pair(zh: str, ru: str, **more: Any) -> UnitGiven:
    """A reviewed pair, written in Chinese first, unless told otherwise."""
    return UnitGiven(
        **({"zh": zh, "ru": ru, "source": "zh", "reviewed": True, "reviewer": "Анна", "origin": "authored"} | more)
    )


def kept(database: Database, *units: UnitGiven) -> Taken:
    """These pairs in the memory."""
    with database.writing() as session:
        return import_units(session, units)


def found(
    database: Database, text: str, source: str = "zh", context: Context | None = None, **more: Any
) -> list[Match]:
    """What a look answers."""
    with database.reading() as session:
        return look(session, text, source=source, target="ru" if source == "zh" else "zh", context=context, **more)
