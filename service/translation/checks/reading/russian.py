"""Quantities in Russian text: 1 299,50, 12 тыс., «трёхлитровый», numerals in every case, units, money, dates, times of day."""

from __future__ import annotations

import re
from decimal import Decimal

from service.translation.checks.reading.lists import lists, stems
from service.translation.checks.reading.numerals import months, numerals, scales, stem_of, units_ru, wholes
from service.translation.checks.reading.quantities import DIGITS, HINT, WORDS, Quantity, is_word, joined, roughness

__all__ = ["quantities"]

_CONNECTORS = frozenset({"до", "-", "–", "—", "или", "…", "...", "…+", "...+", "…−", "/", "по", "÷", "и", "и до"})
_LOOKALIKE = str.maketrans("АВЕКМНОРСТХавекмнорстх", "ABEKMHOPCTXABEKMHOPCTX")
_TOKEN = re.compile(
    r"""(?P<iso>(?<![0-9])[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9]))
    |(?P<dmy>(?<![0-9])[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}(?![0-9]))
    |(?P<dm>(?<![0-9.,])(?:0[1-9]|[12][0-9]|3[01])\.(?:0[1-9]|1[0-2])(?![0-9.,]|\s?[%°кгмлс₽¥$€р]))
    |(?P<clock>(?<![0-9:.])[0-9]{1,2}:[0-9]{2}(?![0-9:]))
    |(?P<num>(?:[0-9]{1,3}(?:[\u0020\u00a0\u202f\u2009][0-9]{3})+(?![0-9-])(?:,[0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]+(?:[.,][0-9]+)?))
        (?P<tail>-(?:[а-яё]+))?(?:\s?(?P<latin>mg|kg|ml|mm|cm|km|g|l)(?![A-Za-z0-9]))?
    |(?P<code>(?<![A-Za-z0-9])[A-Za-z][A-Za-z_/-]*[0-9][A-Za-z0-9_/-]*|(?<![А-ЯЁа-яё0-9])[А-Я][0-9]+(?![а-яё]))
    |(?P<word>[А-Яа-яЁё]+(?:-литра)?)
    |(?P<sign>%|℃|°\s?[CС]|°|CN¥|RMB|CNY|RUB|USD|EUR|[₽¥￥$€])""",
    re.VERBOSE,
)
_COMPOUND = re.compile(
    r"(одно|двух|трёх|трех|четырёх|четырех|пяти|шести|семи|восьми|девяти|десяти|двенадцати|пятнадцати|двадцати|тридцати|сорока|"
    r"пятидесяти|шестидесяти|сто|двухсот|пятисот|полутора|полу)(.+?)(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|ую|юю|ых|их|ыми|ими|ом|ем|ей)"
)
_PREFIXES: dict[str, int | Decimal] = {
    "одно": 1,
    "полутора": Decimal("1.5"),
    "полу": Decimal("0.5"),
    "сто": 100,
    "двух": 2,
    "двухсот": 200,
    "трех": 3,
    "четырех": 4,
}
_MINUS = re.compile(r"(?:(?<![0-9\w°℃%])[-−–]|минус\s)$")


class _Reader:
    """Goes once through the tokens of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_TOKEN.finditer(text))
        self.words = [match["word"].lower().replace("ё", "е") if match["word"] else None for match in self.tokens]
        self.at = 0

    def read(self) -> list[Quantity]:
        found: list[Quantity] = []
        while self.at < len(self.tokens):
            match = self.tokens[self.at]
            quantity = self._one(match)
            self.at += 1
            if quantity is not None:
                found.append(quantity)
        return joined(found, self.text, _CONNECTORS)

    def _one(self, match: re.Match[str]) -> Quantity | None:
        start, end = match.span()
        if match["word"]:
            return self._word(match)
        if match["num"]:
            return self._number(match)
        if match["code"]:
            if is_word(match[0]):
                return None
            return Quantity(
                "code",
                Decimal(0),
                Decimal(0),
                start,
                end,
                DIGITS,
                code=match[0].translate(_LOOKALIKE).upper().rstrip("-_/"),
            )
        if match["iso"] or match["dmy"] or match["dm"]:
            parts: list[int | None] = [int(part) for part in re.split(r"[-/.]", match[0])]
            parts = parts if match["iso"] else [*([None] if match["dm"] else []), *parts[::-1]]
            return Quantity(
                "date", Decimal(0), Decimal(parts[-1] or 0), start, end, DIGITS, day=(parts[0], parts[1], parts[2])
            )
        if match["clock"]:
            hour, minute = (int(part) for part in match[0].split(":"))
            return Quantity("clock", Decimal(hour * 60 + minute), Decimal(hour), start, end, DIGITS)
        if match["sign"] and (kind := lists().signs.get(match["sign"])):
            return self._signed(kind, start)
        return None

    def _signed(self, kind: str, start: int) -> Quantity | None:
        """¥128, $5: the sign before its number."""
        if self.at + 1 < len(self.tokens):
            following = self.tokens[self.at + 1]
            if following["num"] and not self.text[self.tokens[self.at].end() : following.start()].strip():
                self.at += 1
                value = _decimal(following["num"])
                return Quantity(kind, value * 100, value, start, following.end(), DIGITS, factor=Decimal(100))
        return None

    def _number(self, match: re.Match[str]) -> Quantity | None:
        value, start, end = _decimal(match["num"]), match.start(), match.end()
        if match["latin"]:
            unit = units_ru()[match["latin"]]
            return Quantity(unit.kind, value * unit.factor, value, start, end, DIGITS, factor=unit.factor)
        tail = (match["tail"] or "").lower().replace("ё", "е")
        if tail:
            if adjective := stem_of(tail[1:]):
                return Quantity(
                    adjective.kind, value * adjective.factor, value, start, end, DIGITS, factor=adjective.factor
                )
            return Quantity("", value, value, start, end, DIGITS)
        if date := self._date(value, start):
            return date
        return self._with_unit(value, start, end, DIGITS)

    def _date(self, value: Decimal, start: int) -> Quantity | None:
        """21 марта 2026 г., or a year: 2026 г., в 2026 году."""
        following = self._following()
        if following in months() and months()[following][1] and value <= 31:
            self.at += 1
            year = None
            if (beside := self._beside()) and beside["num"] and len(beside["num"]) == 4:
                self.at += 1
                year = int(beside["num"])
                self._skip_year()
            end = self.tokens[self.at].end()
            return Quantity(
                "date", Decimal(0), value, start, end, DIGITS, day=(year, months()[following][0], int(value))
            )
        if (
            value == int(value)
            and 1900 <= value < 2100
            and following in ("г", "гг", "год", "года", "году", "годом", "годы")
        ):
            self.at += 1
            end = self.tokens[self.at].end()
            return Quantity("date", Decimal(0), value, start, end, DIGITS, day=(int(value), None, None))
        return None

    def _skip_year(self) -> None:
        if self._following() in ("г", "года", "год"):
            self.at += 1

    def _beside(self) -> re.Match[str] | None:
        """The next token, if nothing but spaces and a full stop stands between."""
        if self.at + 1 >= len(self.tokens):
            return None
        following = self.tokens[self.at + 1]
        between = self.text[self.tokens[self.at].end() : following.start()]
        return (
            following
            if between in ("", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}", ". ", ".")
            else None
        )

    def _following(self) -> str:
        beside = self._beside()
        return self.words[self.at + 1] or "" if beside else ""

    def _with_unit(self, value: Decimal, start: int, end: int, weight: int) -> Quantity:
        rough = Decimal(0)
        if scale := scales().get(self._following()):
            self.at += 1
            rough = roughness(value, scale)
            value, end = value * scale, self.tokens[self.at].end()
        if (minus := _MINUS.search(self.text, max(0, start - 6), start)) is not None:
            value, start = -value, minus.start()
        beside = self._beside()
        written = (
            ((beside["word"] or beside["sign"] or "") if beside else "").lower().replace("ё", "е").replace("° ", "°")
        )
        if written == "лет" or (written and (written in units_ru() or written.upper() in units_ru())):
            assert beside is not None
            unit = units_ru().get(written) or units_ru()[written.upper()]
            if value < 0 and unit.kind != "celsius":
                value = -value
            self.at += 1
            return Quantity(
                unit.kind, value * unit.factor, value, start, beside.end(), weight, factor=unit.factor, rough=rough
            )
        if value < 0 and not self.text.startswith("минус", start):
            value, start = -value, start + 1
        return Quantity("", value, value, start, end, weight if weight == DIGITS else HINT, rough=rough)

    def _word(self, match: re.Match[str]) -> Quantity | None:
        word = self.words[self.at] or ""
        start, end = match.span()
        if (known := numerals().get(word)) is not None:
            return self._numeral(known, start, end)
        if whole := wholes().get(word):
            return Quantity(whole[0], whole[1], whole[1], start, end, WORDS)
        if word in scales() and word not in ("тыс", "млн", "млрд"):
            value, end = self._thousands(Decimal(0), Decimal(1), word, end)
            return self._with_unit(value, start, end, WORDS)
        if month := months().get(word):
            year = None
            if (beside := self._beside()) and beside["num"] and len(beside["num"]) == 4:
                self.at += 1
                year = int(beside["num"])
            return Quantity("date", Decimal(0), Decimal(month[0]), start, end, HINT, day=(year, month[0], None))
        if len(word) > 4 and (unit := units_ru().get(word)):  # «не дольше суток» says one
            return Quantity(unit.kind, unit.factor, Decimal(1), start, end, HINT, factor=unit.factor)
        if word in ("день", "дня", "год", "года", "году", "час", "часа"):
            unit = units_ru()[word]
            return Quantity(unit.kind, unit.factor, Decimal(1), start, end, HINT, factor=unit.factor)
        return self._compound(word, start, end) if len(word) > 7 else None

    def _numeral(self, known: tuple[Decimal, int], start: int, end: int) -> Quantity | None:
        """двадцать пять килограммов, сто две тысячи триста."""
        value, weight = known
        value, end = self._added(value, end)
        if self._following() in months() and value <= 31:
            number = months()[self._following()][0]
            self.at += 1
            return Quantity(
                "date", Decimal(0), value, start, self.tokens[self.at].end(), WORDS, day=(None, number, int(value))
            )
        if weight == HINT:
            return Quantity("", value, value, start, end, HINT)
        return self._with_unit(value, start, end, HINT if value == 1 else WORDS)

    def _added(self, value: Decimal, end: int) -> tuple[Decimal, int]:
        """The numerals that follow, from the large to the small, with their thousands and millions."""
        last = value
        while (beside := self._beside()) is not None:
            word = self._following()
            more = numerals().get(word)
            if more is not None and _fits(last, more[0]):
                self.at += 1
                value, last, end = value + more[0], more[0], beside.end()
            elif word in scales():
                self.at += 1
                return self._thousands(Decimal(0), value, word, beside.end())
            else:
                break
        return value, end

    def _thousands(self, total: Decimal, group: Decimal, word: str, end: int) -> tuple[Decimal, int]:
        """`group` of the scale `word`, and what is said below it."""
        scale = scales()[word]
        total += group * scale
        following = numerals().get(self._following())
        if (
            following is not None
            and following[1] == WORDS
            and following[0] < scale
            and following[0] == int(following[0])
        ):
            beside = self._beside()
            assert beside is not None
            self.at += 1
            below, end = self._added(following[0], beside.end())
            return total + below, end
        below_scale = scales().get(self._following())
        if below_scale is not None and below_scale < scale:  # миллион тысяча
            beside = self._beside()
            assert beside is not None
            self.at += 1
            return self._thousands(total, Decimal(1), self.words[self.at] or "", beside.end())
        return total, end

    def _compound(self, word: str, start: int, end: int) -> Quantity | None:
        """трёхлитровый, двухдневный, пятипроцентный; of others (трёхслойный) the number."""
        match = _COMPOUND.fullmatch(word)
        if match is None:
            return None
        prefix = match[1].replace("ё", "е")
        if prefix not in _PREFIXES and prefix not in numerals():
            return None
        value = Decimal(_PREFIXES[prefix]) if prefix in _PREFIXES else numerals()[prefix][0]
        unit = next((unit for stem, unit in stems().items() if match[2].startswith(stem.replace("ё", "е"))), None)
        if unit is None:
            return Quantity("", value, value, start, end, HINT)
        return Quantity(unit.kind, value * unit.factor, value, start, end, WORDS, factor=unit.factor)


def _fits(last: Decimal, following: Decimal) -> bool:
    """сто двадцать три, never «двадцать двенадцать»."""
    return following < (100 if last >= 100 else 10 if 20 <= last < 100 else 0)


def _decimal(written: str) -> Decimal:
    """1 299,50 and 1,299.50; a lone point is a decimal point."""
    plain = re.sub(r"\s", "", written)
    return Decimal(plain.replace(",", "") if "." in plain and "," in plain else plain.replace(",", "."))


def quantities(text: str) -> list[Quantity]:
    """Quantities in order. `text` has placeholders and addresses masked."""
    return _Reader(text).read()
