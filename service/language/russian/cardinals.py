"""Cardinal numerals in words, every part declined: пятисот, восьмьюстами, двумя тысячами."""

from __future__ import annotations

from service.language.russian.agreement import DIRECT, noun_slot
from service.language.russian.grammar import Case, Gender, paradigm

__all__ = ["LARGEST", "SCALES", "cardinal", "collective"]

LARGEST = 999_999_999_999

_Forms = dict[Case, str]

_ONE: dict[Gender, _Forms] = {
    Gender.M: paradigm("один одного одному один одним одном"),
    Gender.F: paradigm("одна одной одной одну одной одной"),
    Gender.N: paradigm("одно одного одному одно одним одном"),
}
_ONES = paradigm("одни одних одним одни одними одних")
_COLLECTIVE = {2: "двое", 3: "трое", 4: "четверо"}


def _like_five(word: str, stem: str) -> _Forms:
    return paradigm(f"{word} {stem}и {stem}и {word} {stem}ью {stem}и")


def _joined(left: _Forms, right: str) -> _Forms:
    """Both halves decline: пятидесяти, двумстам."""
    return {case: left[case] + ending for case, ending in paradigm(right).items()}


def _simple() -> dict[int, _Forms]:
    """Numerals of one word except один, by value."""
    table = {
        0: paradigm("ноль нуля нулю ноль нулём нуле"),
        2: paradigm("два двух двум два двумя двух"),
        3: paradigm("три трёх трём три тремя трёх"),
        4: paradigm("четыре четырёх четырём четыре четырьмя четырёх"),
        8: _like_five("восемь", "восьм"),
        40: paradigm("сорок сорока сорока сорок сорока сорока"),
        90: paradigm("девяносто девяноста девяноста девяносто девяноста девяноста"),
        100: paradigm("сто ста ста сто ста ста"),
        200: paradigm("двести двухсот двумстам двести двумястами двухстах"),
    }
    regular = {5: "пять", 6: "шесть", 7: "семь", 9: "девять", 10: "десять", 11: "одиннадцать",
               12: "двенадцать", 13: "тринадцать", 14: "четырнадцать", 15: "пятнадцать", 16: "шестнадцать",
               17: "семнадцать", 18: "восемнадцать", 19: "девятнадцать", 20: "двадцать",
               30: "тридцать"}  # fmt: skip
    table |= {value: _like_five(word, word[:-1]) for value, word in regular.items()}
    for unit in (5, 6, 7, 8):
        table[unit * 10] = _joined(table[unit], "десят десяти десяти десят десятью десяти")
    for unit in (3, 4):
        table[unit * 100] = _joined(table[unit], "ста сот стам ста стами стах")
    for unit in range(5, 10):
        table[unit * 100] = _joined(table[unit], "сот сот стам сот стами стах")
    return table


_SIMPLE = _simple()

# Value, gender and the forms of the scale words, which are nouns and are counted like nouns.
SCALES: tuple[tuple[int, Gender, _Forms, _Forms], ...] = (
    (10**9, Gender.M, paradigm("миллиард миллиарда миллиарду миллиард миллиардом миллиарде"),
     paradigm("миллиарды миллиардов миллиардам миллиарды миллиардами миллиардах")),
    (10**6, Gender.M, paradigm("миллион миллиона миллиону миллион миллионом миллионе"),
     paradigm("миллионы миллионов миллионам миллионы миллионами миллионах")),
    (10**3, Gender.F, paradigm("тысяча тысячи тысяче тысячу тысячей тысяче"),
     paradigm("тысячи тысяч тысячам тысячи тысячами тысячах")),
)  # fmt: skip


def cardinal(number: int, *, gender: Gender = Gender.M, case: Case = Case.NOM, animate: bool = False) -> str:
    """A whole number up to 999 999 999 999 in words, agreeing in gender and case with what is counted."""
    return " ".join(_sign(number) + _parts(abs(number), gender, case, animate=animate))


def collective(number: int, case: Case) -> str:
    """The numeral before a noun that has only a plural: одни, двое, двадцать двое, пять (суток).

    In the other cases двух, двум, двумя as usual.
    """
    value, unit = abs(number), abs(number) % 10
    teen = value % 100 // 10 == 1
    if not teen and unit == 1:
        last = _ONES[case]
    elif not teen and unit in _COLLECTIVE and case in DIRECT:
        last = _COLLECTIVE[unit]
    else:
        return cardinal(number, case=case)
    head = _parts(value - unit, Gender.M, case) if value > unit else []
    return " ".join([*_sign(number), *head, last])


def _sign(number: int) -> list[str]:
    return ["минус"] if number < 0 else []


def _parts(number: int, gender: Gender, case: Case, *, animate: bool = False) -> list[str]:
    if number > LARGEST:
        raise ValueError(f"too large to be spoken: {number}")
    if number == 0:
        return [_SIMPLE[0][case]]
    words, rest = [], number
    for size, scale_gender, singular, plural in SCALES:
        group, rest = divmod(rest, size)
        if not group:
            continue
        if number // 1000 != 1:  # «тысяча двести», not «одна тысяча двести»
            words += _group(group, scale_gender, case)
        slot = noun_slot(group, case)
        words.append((plural if slot.plural else singular)[slot.case])
    if animate and case is Case.ACC and number in (2, 3, 4):
        case = Case.GEN  # вижу двух зрителей, but двадцать два зрителя
    return words + _group(rest, gender, case, animate=animate)


def _group(number: int, gender: Gender, case: Case, *, animate: bool = False) -> list[str]:
    """1 … 999; nothing for 0."""
    values = [number // 100 * 100]
    values += [number % 100] if number % 100 < 20 else [number % 100 // 10 * 10, number % 10]
    return [_word(value, gender, case, animate=animate) for value in values if value]


def _word(value: int, gender: Gender, case: Case, *, animate: bool) -> str:
    if value == 1:
        masculine_being = animate and gender is Gender.M and case is Case.ACC
        return _ONE[gender][Case.GEN if masculine_being else case]
    if value == 2 and gender is Gender.F and case in DIRECT:
        return "две"
    return _SIMPLE[value][case]
