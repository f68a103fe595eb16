"""Russian as spoken and written: numbers, nouns, adjectives, money, measures, dates in every case, from data.

Knows no text analysis: forms come from reviewed cards and from grammar, never from a guess.
"""

from __future__ import annotations

from service.language.russian.adjectives import UnknownAdjective, adjective
from service.language.russian.agreement import plural_category
from service.language.russian.amounts import measure, money, money_written
from service.language.russian.cardinals import cardinal
from service.language.russian.counting import count
from service.language.russian.dates import date_words, time_words
from service.language.russian.decimals import decimal_words
from service.language.russian.grammar import Case, Gender
from service.language.russian.nouns import Noun, UnknownNoun, noun
from service.language.russian.ordinals import ordinal
from service.language.russian.pronouns import pronoun
from service.language.russian.stressing import stress, syllables
from service.language.units import UnknownCurrency, UnknownUnit

__all__ = [
    "Case", "Gender", "Noun", "UnknownAdjective", "UnknownCurrency", "UnknownNoun", "UnknownUnit",
    "adjective", "cardinal", "count", "date_words", "decimal_words", "measure", "money", "money_written",
    "noun", "ordinal", "plural_category", "pronoun", "stress", "syllables", "time_words",
]  # fmt: skip
