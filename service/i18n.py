"""What people read in their own language: gettext catalogues read straight from `locales/*/LC_MESSAGES/amurlive.po`.

English is the language of the message ids. Messages are marked with `N_` where they stand and said with `say`.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any, Literal

from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from service.resources import root

__all__ = ["LOCALES", "N_", "Locale", "Message", "Named", "guess_locale", "negotiate", "translations"]

Locale = Literal["zh", "ru", "en"]
LOCALES: tuple[Locale, ...] = ("zh", "ru", "en")


def N_(msgid: str) -> str:  # noqa: N802 (gettext's own name)
    """Mark a message for extraction; it is translated where it is said."""
    return msgid


@cache
def translations(locale: Locale) -> gettext.NullTranslations:
    """The catalogue of a language, compiled in memory; English is the ids themselves."""
    path = root("locales") / locale / "LC_MESSAGES" / "amurlive.po"
    if locale == "en" or not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN" if locale == "zh" else locale)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True)
class Message:
    """A sentence with its facts, not yet in any language. Facts that are messages are said in the same language.

    With `plural` and `number`, the form follows the number (Russian has three).
    """

    id: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    plural: str | None = None
    number: int = 0

    def say(self, locale: Locale) -> str:
        """The sentence in `locale`."""
        book = translations(locale)
        text = book.gettext(self.id) if self.plural is None else book.ngettext(self.id, self.plural, self.number)
        return text.format_map({key: _said(value, locale) for key, value in self.facts.items()})

    def __str__(self) -> str:
        return self.say("en")


@dataclass(frozen=True)
class Named:
    """A name that data carries in both languages; English readers get its key."""

    key: str
    zh: str
    ru: str

    def say(self, locale: Locale) -> str:
        """The name in `locale`."""
        return {"zh": self.zh, "ru": self.ru}.get(locale, self.key)


def _said(value: Any, locale: Locale) -> Any:
    if isinstance(value, (Message, Named)):
        return value.say(locale)
    if isinstance(value, (list, tuple, set, frozenset)):
        return ("、" if locale == "zh" else ", ").join(str(_said(item, locale)) for item in value)
    return value


def negotiate(accept_language: str | None, default: Locale = "zh") -> Locale:
    """The best of our languages for an Accept-Language header (RFC 9110 §12.5.4)."""
    wanted: list[tuple[float, str]] = []
    for part in (accept_language or "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    found = negotiate_locale([tag for _, tag in sorted(wanted)], list(LOCALES))
    return next((locale for locale in LOCALES if locale == found), default)


def guess_locale() -> Locale:
    """The language of the terminal: AMURLIVE_LOCALE, then LC_ALL, LC_MESSAGES, LANG; else English."""
    for name in ("AMURLIVE_LOCALE", "LC_ALL", "LC_MESSAGES", "LANG"):
        tag = os.environ.get(name, "")[:2].lower()
        for locale in LOCALES:
            if tag == locale:
                return locale
    return "en"
