"""Bytes of a file, piece by piece: counted, bounded, decoded for the forms that are plain text, written aside until they are whole."""

from __future__ import annotations

import codecs
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from service.i18n import N_, Message
from service.translation.interchange.refusing import MOST_BETWEEN, MOST_BYTES, MOST_SIGNS
from service.translation.interchange.report import Report

__all__ = ["Fed", "Oversize", "Source", "lines_of", "opened", "whole", "written_whole"]

Source = bytes | Path | BinaryIO
_PIECE = 2**16


class Oversize(Exception):
    """More than is read; `what` says how much."""

    def __init__(self, what: Message) -> None:
        self.what = what
        super().__init__()


class Fed:
    """A source that counts. `passed` is told when a unit is done: between two of them no more than `MOST_BETWEEN` may come."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._total = self._since = 0
        self._last = b""

    def read(self, size: int = -1) -> bytes:
        """The next piece. Raises `Oversize`."""
        piece = self._file.read(_PIECE if size < 0 else size)
        self._total += len(piece)
        self._since += len(piece)
        self._last = piece[-16:] or self._last
        if self._total > MOST_BYTES:
            raise Oversize(Message(N_("The file is larger than {most} MB."), {"most": MOST_BYTES >> 20}))
        if self._since > MOST_BETWEEN:
            raise Oversize(Message(N_("One unit is larger than {most} MB."), {"most": MOST_BETWEEN >> 20}))
        return piece

    def passed(self) -> None:
        """A unit is done."""
        self._since = 0

    def cut_off(self) -> bool:
        """Whether the file, XML that broke, ends without the mark every such file ends with."""
        return not self._last.rstrip(b" \t\r\n\0").endswith(b">") and not self._file.read(1)


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """The source as a file; what the caller opened stays open."""
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    elif isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    else:
        yield source


def whole(source: Source) -> bytes:
    """All of it, for forms that cannot be read piece by piece."""
    with opened(source) as file:
        return file.read()


@contextmanager
def written_whole(to: BinaryIO | Path) -> Iterator[BinaryIO]:
    """Where to write; a path gets its new content only when all of it is there."""
    if not isinstance(to, Path):
        yield to
        return
    handle, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).replace(to)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def lines_of(fed: Fed, report: Report, told: Callable[[bytes], str | None] | None = None) -> Iterator[tuple[int, str]]:
    """Numbered lines of a text file. Its mark decides the encoding, else UTF-16 is known by its zero bytes, else what the file says of

    itself (`told` finds it in the first bytes), else it is UTF-8.

    The first line that does not fit the encoding ends the reading, as a fault that names line and encoding.
    """
    head = fed.read(_PIECE)
    encoding, skipped = _encoding(head, told(head) if told else None)
    try:
        decode = codecs.getincrementaldecoder(encoding)("strict").decode
    except LookupError:
        report.fault(1, "", encoding, Message(N_("The encoding “{name}” is not known."), {"name": encoding}), _SAVE)
        return
    number, rest, piece = 1, "", head[skipped:]
    while True:
        try:
            text = decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            text = bytes(error.object[: error.start]).decode(encoding, errors="ignore")
            *lines, _ = (rest + text).split("\n")
            for line in lines:
                yield number, line.removesuffix("\r")
                number += 1
            report.fault(number, "", "", Message(N_("From here on the file is not {encoding}."), {"encoding": encoding.upper()}), _SAVE)  # fmt: skip
            return
        *lines, rest = (rest + text).split("\n")
        for line in lines:
            yield number, line.removesuffix("\r")
            number += 1
        if not piece:
            break
        if len(rest) > MOST_SIGNS * 4:
            raise Oversize(Message(N_("Line {line} is longer than {most} characters."), {"line": number, "most": MOST_SIGNS * 4}))  # fmt: skip
        piece = fed.read(_PIECE)
    if rest:
        yield number, rest


_SAVE = Message(N_("Open it in an editor with the encoding it was written in, save it as UTF-8 and read that."))


def _encoding(head: bytes, told: str | None) -> tuple[str, int]:
    """The encoding, and how many bytes of its mark are passed over."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return name, len(mark)
    high, low = head[0:400:2].count(0), head[1:400:2].count(0)
    if max(high, low) > 1 and 4 * min(high, low) < max(high, low):  # 一 has its zero byte on the other side
        return ("utf-16-be" if high else "utf-16-le"), 0
    return told or "utf-8", 0
