"""Chinese as spoken on air: numerals (两盒, 一百零二), money (九块九), measures, dates, and pinyin with tone marks.

Words are made from values and units, never parsed back out of text.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from service.language.units import currency, unit

__all__ = [
    "cardinal", "count", "date_words", "decimal_words", "digits", "measure", "measure_written", "money", "money_written",
    "ordinal", "pinyin",
]  # fmt: skip

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")


def cardinal(number: int) -> str:
    """A whole number in words as it is spoken: 两百, 二十, 一千零二, 两万; below 10^16, negative with 负."""
    if number < 0:
        return "负" + cardinal(-number)
    if number == 0:
        return "零"
    if number >= 10**16:
        raise ValueError(f"too large to be spoken: {number}")
    words, gap = "", False
    for index in range(3, -1, -1):
        group = number // 10 ** (4 * index) % 10000
        if not group:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        spoken = "两" if group == 2 and index else _group(group)
        words += spoken + _GROUPS[index]
        gap = False
    return words.removeprefix("一") if words.startswith("一十") else words


def _group(number: int) -> str:
    """1 … 9999: 二 becomes 两 before 百 and 千, never before 十."""
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += "零" if gap else ""
        words += ("两" if digit == 2 and place >= 2 else _DIGITS[digit]) + _PLACES[place]
        gap = False
    return words


def decimal_words(number: Decimal) -> str:
    """A decimal read digit by digit after 点: 一点五, 零点二五."""
    whole, _, fraction = f"{number.normalize():f}".partition(".")
    words = cardinal(int(whole)) if whole not in ("-0",) else "负零"
    return words + ("点" + "".join(_DIGITS[int(d)] for d in fraction) if fraction else "")


def digits(text: str) -> str:
    """A code read digit by digit; 1 is 幺 in codes only on the telephone, so not here."""
    return "".join(_DIGITS[int(c)] if c.isdigit() else c for c in text)


def ordinal(number: int) -> str:
    """第二, 第十二."""
    words = cardinal(number)
    return "第" + (words if number >= 100 else words.replace("两", "二"))


def count(number: int | Decimal, measure_word: str, noun: str = "") -> str:
    """So many of a thing: 两盒巧克力, 十二盒, 半公斤, 一点五公斤."""
    if isinstance(number, Decimal) and number != number.to_integral_value():
        words = "半" if number == Decimal("0.5") else decimal_words(number)
    else:
        words = "两" if int(number) == 2 else cardinal(int(number))
    return words + measure_word + noun


def money(amount: int, code: str) -> str:
    """An amount in minor units as it is said: 990 CNY 九块九, 12800 CNY 一百二十八元, 29900 RUB 两百九十九卢布."""
    names = currency(code)
    major, minor = divmod(abs(amount), names.minor)
    sign = "负" if amount < 0 else ""
    if code == "CNY":
        return sign + _yuan(major, minor)
    parts = [count(major, names.zh_major)] if major or not minor else []
    return sign + "".join(parts + ([count(minor, names.zh_minor)] if minor else []))


def _yuan(major: int, fen: int) -> str:
    """Whole amounts in 元; with jiao and fen the market's 块 … 毛 … 分, the last unit dropped after 块."""
    if not fen:
        return count(major, "元")
    jiao, rest = divmod(fen, 10)
    words = count(major, "块") if major else ""
    if not jiao:
        return f"{words}零{_DIGITS[rest]}分" if major else count(rest, "分")
    if rest:
        return words + _DIGITS[jiao] + "毛" + _DIGITS[rest] + ("" if major or jiao else "分")
    return words + _DIGITS[jiao] if major else count(jiao, "毛")


def money_written(amount: int, code: str) -> str:
    """The same for the page: 9.9元, 128元, 299卢布; kopecks always with two digits."""
    names = currency(code)
    value = Decimal(amount) / names.minor
    if amount % names.minor == 0:
        text = f"{amount // names.minor}"
    else:
        text = f"{value.normalize():f}" if code == "CNY" else f"{value:.2f}"
    return text + names.zh_major


def measure(value: int | Decimal, key: str) -> str:
    """A measured value in words: 五百克, 一点五升, 十二个月, 百分之四十五, 零下十八摄氏度."""
    if key == "percent":
        return "百分之" + (decimal_words(value) if isinstance(value, Decimal) else cardinal(value))
    if key == "celsius":
        size = -value if value < 0 else value
        return ("零下" if value < 0 else "") + count(size, unit(key).zh_spoken)
    return count(value, unit(key).zh_spoken)


def measure_written(value: int | Decimal, key: str) -> str:
    """The same for the page: 500克, 1.5升, 12个月, 45%, 零下18摄氏度."""
    text = f"{abs(value).normalize():f}" if isinstance(value, Decimal) else str(abs(value))
    if key == "percent":
        return ("-" if value < 0 else "") + text + "%"
    sign = "" if value >= 0 else "零下" if key == "celsius" else "-"
    return sign + text + unit(key).zh


def date_words(day: date, *, year: bool = True) -> str:
    """二零二六年十一月二十四号; the year digit by digit, the day with 号."""
    said = digits(str(day.year)) + "年" if year else ""
    return f"{said}{cardinal(day.month)}月{cardinal(day.day)}号"


@cache
def _reader() -> object:
    """pypinyin with the trade's own readings (catalogs/names/pinyin.yaml) loaded."""
    import pypinyin
    import yaml

    from service.resources import root

    text = (root("catalogs") / "names" / "pinyin.yaml").read_text(encoding="utf-8")
    readings: dict[str, list[str]] = yaml.safe_load(text)["readings"]
    pypinyin.load_phrases_dict({word: [[s] for s in syllables] for word, syllables in readings.items()})
    return pypinyin


def pinyin(text: str) -> str:
    """Tone-marked syllables with spaces between; what is not Chinese stays as it is."""
    reader = _reader()
    syllables: list[list[str]] = reader.pinyin(text)  # type: ignore[attr-defined]
    return " ".join(syllable[0] for syllable in syllables)


def syllable_list(text: str) -> list[str]:
    """Toneless syllables, ü as v, for transcription."""
    _reader()  # before pypinyin cuts anything: its dictionary gains words
    from pypinyin.seg.simpleseg import seg

    return [syllable for word in seg(text) for syllable in _syllables(word)]


@lru_cache(maxsize=65536)
def _syllables(word: str) -> tuple[str, ...]:
    """Of one word as pypinyin cuts them: names are ever new, their words are not (four times as fast as whole names)."""
    return tuple(_reader().lazy_pinyin(word, v_to_u=False))  # type: ignore[attr-defined]
