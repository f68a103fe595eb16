"""One package loaded: Argos's tokenizer, CTranslate2's decoder. Imported only in processes that decode."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ctranslate2
from argostranslate.package import Package

__all__ = ["BATCH", "Model"]

BATCH = 64
"""Sentences decoded at once: 16 … 25 times the speed of one at a time (facts: mt.md §4b)."""
LONGEST = 512
"""Pieces of words an answer may have at most; a sentence is at most 200 characters long when it comes here."""


class Model:
    """Weights and word pieces in memory."""

    def __init__(self, folder: Path) -> None:
        self._package: Any = Package(folder)
        self._translator: Any = ctranslate2.Translator(
            str(folder / "model"), device="cpu", inter_threads=1, intra_threads=1
        )
        tokenizer = self._package.tokenizer
        self._pieces = tokenizer.lazy_processor() if hasattr(tokenizer, "lazy_processor") else None

    def translate(self, texts: list[str], *, beam: int, best: int, no_repeat: int = 0) -> list[list[str]]:
        """For each text its `best` most likely translations, likeliest first."""
        prefix = self._package.target_prefix
        coded = self._encode(texts)
        length = int(2.5 * max(map(len, coded), default=0)) + 16
        found = self._translator.translate_batch(
            coded, target_prefix=[[prefix]] * len(coded) if prefix else None, replace_unknowns=True, max_batch_size=BATCH,
            beam_size=max(beam, best), num_hypotheses=best, max_decoding_length=min(length, LONGEST), max_input_length=0,
            no_repeat_ngram_size=no_repeat,
        )  # fmt: skip
        answers = iter(self._decode([tokens for one in found for tokens in one.hypotheses]))
        return [[next(answers).removeprefix(prefix).strip() for _ in one.hypotheses] for one in found]

    def _encode(self, texts: list[str]) -> list[list[str]]:
        if self._pieces is not None:
            coded: list[list[str]] = self._pieces.encode(texts, out_type=str)
            return coded
        return [self._package.tokenizer.encode(text) for text in texts]

    def _decode(self, tokens: list[list[str]]) -> list[str]:
        """Not by Argos's own `decode`: that turns underscores into spaces."""
        if self._pieces is not None:
            words: list[str] = self._pieces.decode_pieces(tokens) if tokens else []
            return [text.replace("▁", " ") for text in words]
        return [self._package.tokenizer.decode(one) for one in tokens]
