"""Texts as the memory compares them: one normal form, digests of 64 bits, and skeletons whose numbers, prices, weights … are slots.

Two texts are the same for the memory if their normal forms are: width, quotes, dashes, spaces and ё do not count, capital letters do.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b

from service.translation.memory.slots import CLOSE, OPEN, Slot, slots_in

__all__ = ["Masked", "digest", "mask", "normal", "skeleton_digest"]

_HAN = "\u2e80-\u303f\u3100-\u312f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_FOLDED = (
    dict.fromkeys("«»„“”‟〝〞＂「」『』《》″", '"')
    | dict.fromkeys("‘’‚‛ʼ′`´＇", "'")
    | dict.fromkeys("‐‑‒–—―−－⸺", "-")
    | dict.fromkeys("～〜∼", "~")
    | dict(zip("，！？：；（）％", ",!?:;()%", strict=True))
    | {"ё": "е", "Ё": "Е", "…": "...", "⋯": "...", "·": "・"}
    | dict.fromkeys("\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff\ufe0f", "")
)
_TO_FOLD = re.compile(f"[{''.join(_FOLDED)}]")
# What NFKC would turn into plain digits and thereby into another number: m² is not m2, ½ is not 1/2, ① is not 1.
_KEPT = re.compile("[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218f\u2460-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf]+")  # fmt: skip
_RUNS = re.compile(r"-{2,}|\.{3,}")
_BESIDE_HAN = re.compile(rf"(?<=[{_HAN}{CLOSE}]) | (?=[{_HAN}{OPEN}])")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text taken apart: its skeleton in normal form, with a mark for every slot, and the slots in order."""

    skeleton: str
    slots: tuple[Slot, ...]


def normal(text: str, language: str) -> str:
    """The form two texts are compared in."""
    if not text.isascii():
        text = _TO_FOLD.sub(_fold, text)
        if not unicodedata.is_normalized("NFKC", text):
            text = _TO_FOLD.sub(_fold, _nfkc(text))  # signs that NFKC has only just made: … of ︙
    text = " ".join(text.split())
    if "--" in text or "...." in text:
        text = _RUNS.sub(lambda run: run[0][:1] if run[0][0] == "-" else "...", text)
    return _BESIDE_HAN.sub("", text) if language == "zh" and " " in text else text


def _fold(sign: re.Match[str]) -> str:
    return _FOLDED[sign[0]]


def _nfkc(text: str) -> str:
    if not _KEPT.search(text):
        return unicodedata.normalize("NFKC", text)
    parts, last = [], 0
    for kept in _KEPT.finditer(text):
        parts += [unicodedata.normalize("NFKC", text[last : kept.start()]), unicodedata.normalize("NFC", kept[0])]
        last = kept.end()
    return "".join([*parts, unicodedata.normalize("NFKC", text[last:])])


def digest(normal_form: str) -> int:
    """64 bits, signed, for a column of the database; the same in every process and for ever (BLAKE2b)."""
    return int.from_bytes(blake2b(normal_form.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def mask(text: str, language: str) -> Masked:
    """The skeleton and the slots of a text. Places of slots are those of the text as it was given."""
    slots = slots_in(text, language)
    if not slots:
        return Masked(normal(text, language), ())
    parts, last = [], 0
    for slot in slots:
        parts += [text[last : slot.start], OPEN, slot.tag, CLOSE]
        last = slot.end
    parts.append(text[last:])
    return Masked(normal("".join(parts), language), tuple(slots))


def skeleton_digest(text: str, language: str) -> int:
    """The digest of the skeleton."""
    return digest(mask(text, language).skeleton)
