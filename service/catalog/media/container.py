"""The outside of a picture file: which form it is, how large, turned how; and the same picture without what it tells of a person.

JPEG, PNG and WebP are walked part by part and put together anew from the parts that make the picture: pixels, colour profile,
transparency, and of EXIF only the orientation. The pixels themselves are copied as they are coded. Where a phone was, whose it
is, comments, previews and whatever follows the picture's end (a second picture, a film clip, an archive) stay behind.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from service.errors import DomainError
from service.i18n import N_, Message

__all__ = ["Broken", "Form", "Moving", "NoPicture", "Outside", "form_of", "read_outside"]

Form = Literal["JPEG", "PNG", "WEBP"]
MOST_PARTS = 20_000
MOST_SCANS = 32  # each costs a walk over all pixels; programs write a dozen


class NoPicture(DomainError):
    """Not one of the three forms of picture, whatever its name says."""

    title = N_("“{name}” is not a picture that can be kept here: it is {found}.")
    remedy = N_(
        "Save it as JPEG, PNG or WebP and upload that. On an iPhone: Settings, Camera, Formats, Most Compatible."
    )


class Broken(DomainError):
    """A picture file that ends too early, or whose parts do not fit."""

    title = N_("The picture “{name}” is damaged: {reason}.")
    remedy = N_(
        "Fetch it again from where it came from; if it opens in a picture program, save a copy there and upload the copy."
    )


class Moving(DomainError):
    """An animation."""

    title = N_("“{name}” is an animation; a card shows still pictures.")
    remedy = N_("Save one frame of it as a picture and upload that.")


class _Bad(Exception):
    """What is wrong, as a message id."""


_SHORT = N_("it ends too early")
_UNFIT = N_("its parts do not fit together")
_EMPTY = N_("it holds no pixels")


class _Moves(Exception):
    """More than one frame."""


@dataclass(frozen=True)
class Outside:
    """A picture file put together anew. `width` and `height` as its pixels are stored, `orientation` (EXIF, 1–8) how to turn them."""

    form: Form
    width: int
    height: int
    orientation: int
    content: bytes


def form_of(content: bytes) -> Form | None:
    """What the first bytes say."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return None


def read_outside(name: str, content: bytes) -> Outside:
    """Walk a picture file. Nothing is decoded. Raises `NoPicture`, `Broken`, `Moving`."""
    form = form_of(content)
    if form is None:
        raise NoPicture(name=name, found=_looks_like(content))
    try:
        return {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp}[form](content)
    except _Moves:
        raise Moving(name=name) from None
    except _Bad as error:
        raise Broken(name=name, reason=Message(str(error))) from None
    except (struct.error, IndexError):
        raise Broken(name=name, reason=Message(_SHORT)) from None


_OTHERS = (
    (b"GIF8", "GIF"), (b"%PDF", "PDF"), (b"BM", "BMP"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"PK\3\4", "ZIP"),
    (b"<?xml", "XML"), (b"<svg", "SVG"), (b"\0\0\1\0", "ICO"),
)  # fmt: skip


def _looks_like(content: bytes) -> str | Message:
    if content[4:8] == b"ftyp":
        brand = content[8:12].decode("ascii", "replace")
        return "AVIF" if brand.startswith("avi") else "HEIC" if brand[:3] in ("hei", "hev", "mif", "msf") else "MP4"
    return next((form for start, form in _OTHERS if content.lstrip().startswith(start)), Message(N_("an unknown form")))


# JPEG (ITU-T T.81): markers, each but a few with a length; after SOS comes coded data up to the next real marker.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x00, 0x01, 0xD8, *range(0xD0, 0xD8)})


def _jpeg(content: bytes) -> Outside:
    head, kept = [b"\xff\xd8"], []
    width = height = scans = 0
    exif, at = b"", 2
    for _ in range(MOST_PARTS):
        if content[at] != 0xFF:
            raise _Bad(_UNFIT)
        while content[at] == 0xFF:
            at += 1
        marker = content[at]
        if marker == 0xD9:
            break
        if marker in _ALONE:
            raise _Bad(_UNFIT)
        [length] = struct.unpack_from(">H", content, at + 1)
        end = at + 1 + length
        if length < 2 or end > len(content):
            raise _Bad(_SHORT)
        body = content[at + 3 : end]
        if marker in _SIZES:
            if width:
                raise _Bad(_UNFIT)
            height, width = struct.unpack_from(">HH", body, 1)
        if marker == 0xDA:
            scans += 1
            if (found := _NEXT_MARKER.search(content, end)) is None:
                raise _Bad(_SHORT)
            end = found.start()
            body += content[at + 1 + length : end]
        if marker == 0xE1 and body.startswith(b"Exif\0\0") and not exif:
            exif = body[6:]
        if marker == 0xE0 and body.startswith(b"JFIF\0"):  # without the preview that may follow
            head.append(b"\xff\xe0\0\x10" + body[:12].ljust(12, b"\0") + b"\0\0")
        elif _makes_jpeg(marker, body):
            kept.append(b"\xff" + content[at:end])
        at = end
    else:
        raise _Bad(_UNFIT)
    if not scans or scans > MOST_SCANS or not width:
        raise _Bad(_EMPTY if scans <= MOST_SCANS else _UNFIT)
    turned = _orientation(exif)
    if turned != 1:
        head.append(b"\xff\xe1\0\x22Exif\0\0" + _only_orientation(turned))
    return Outside("JPEG", width, height, turned, b"".join([*head, *kept, b"\xff\xd9"]))


def _makes_jpeg(marker: int, body: bytes) -> bool:
    """Pixels and their tables, the colour profile, Adobe's colour transform; no other application's data, no comment."""
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    return marker == 0xEE or not (0xE0 <= marker <= 0xEF or marker == 0xFE)


# PNG (W3C): chunks, each with its length, name and check sum.
_PNG_KEPT = frozenset(
    (
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"cICP",
        b"sBIT",
        b"pHYs",
        b"bKGD",
    )
)


def _png(content: bytes) -> Outside:
    kept, pixels = [content[:8]], False
    exif, at = b"", 8
    for number in range(MOST_PARTS):
        [length] = struct.unpack_from(">I", content, at)
        name, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise _Bad(_SHORT)
        body = content[at + 8 : end - 4]
        if zlib.crc32(content[at + 4 : end - 4]) != struct.unpack_from(">I", content, end - 4)[0]:
            raise _Bad(_UNFIT)
        if name == b"acTL":
            raise _Moves
        if (number == 0) != (name == b"IHDR"):
            raise _Bad(_UNFIT)
        pixels = pixels or name == b"IDAT"
        if name == b"eXIf":
            exif = body
        elif name in _PNG_KEPT:
            kept.append(content[at:end])
        elif not name[0] & 0x20:
            raise _Bad(_UNFIT)
        at = end
        if name == b"IEND":
            break
    else:
        raise _Bad(_UNFIT)
    if not pixels:
        raise _Bad(_EMPTY)
    width, height = struct.unpack_from(">II", kept[1], 8)
    turned = _orientation(exif)
    if turned != 1:
        kept.insert(2, _png_chunk(b"eXIf", _only_orientation(turned)))
    return Outside("PNG", width, height, turned, b"".join(kept))


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


# WebP (RFC 9649): a RIFF with chunks of even length; VP8X says which optional ones there are.
_WITH_EXIF, _WITH_XMP, _ANIMATED = 0x08, 0x04, 0x02


def _webp(content: bytes) -> Outside:
    end = 8 + struct.unpack_from("<I", content, 4)[0]
    if end > len(content):
        raise _Bad(_SHORT)
    parts = dict(_riff(content, end))
    if b"ANIM" in parts or b"ANMF" in parts or (parts.get(b"VP8X", b"\0")[0] & _ANIMATED):
        raise _Moves
    pixels = b"VP8 " if b"VP8 " in parts else b"VP8L"
    if pixels not in parts:
        raise _Bad(_EMPTY)
    width, height = _webp_size(parts, pixels)
    turned = _orientation(parts.get(b"EXIF", b"").removeprefix(b"Exif\0\0"))
    kept = [(pixels, parts[pixels])]
    if b"VP8X" in parts or turned != 1:
        kept = _extended(parts, pixels, width, height, turned)
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2) for name, part in kept
    )
    return Outside("WEBP", width, height, turned, b"RIFF" + struct.pack("<I", len(body)) + body)


def _riff(content: bytes, end: int) -> Iterator[tuple[bytes, bytes]]:
    at, seen = 12, set()
    while at < end:
        name, length = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        if at + 8 + length > end:
            raise _Bad(_SHORT)
        if name not in seen:  # of two parts of one name readers take the first
            yield name, content[at + 8 : at + 8 + length]
        seen.add(name)
        at += 8 + length + length % 2


def _webp_size(parts: dict[bytes, bytes], pixels: bytes) -> tuple[int, int]:
    if big := parts.get(b"VP8X"):
        return int.from_bytes(big[4:7], "little") + 1, int.from_bytes(big[7:10], "little") + 1
    if pixels == b"VP8L":
        bits = int.from_bytes(parts[pixels][1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", parts[pixels], 6)
    return width & 0x3FFF, height & 0x3FFF


def _extended(
    parts: dict[bytes, bytes], pixels: bytes, width: int, height: int, turned: int
) -> list[tuple[bytes, bytes]]:
    flags = parts[b"VP8X"][0] & ~(_WITH_EXIF | _WITH_XMP) if b"VP8X" in parts else 0
    if pixels == b"VP8L" and parts[pixels][4] & 0x10:
        flags |= 0x10  # transparency
    flags |= _WITH_EXIF if turned != 1 else 0
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    kept = [(b"VP8X", bytes([flags, 0, 0, 0]) + size)]
    kept += [(name, parts[name]) for name in (b"ICCP", b"ALPH", pixels) if name in parts]
    return [*kept, (b"EXIF", _only_orientation(turned))] if turned != 1 else kept


# EXIF is a TIFF without pixels; entry 0x0112 of its first directory says how the picture is turned.
def _orientation(exif: bytes) -> int:
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        [at] = struct.unpack_from(f"{order}I", exif, 4)
        [count] = struct.unpack_from(f"{order}H", exif, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, entry)
            if (tag, kind) == (0x0112, 3):
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _only_orientation(turned: int) -> bytes:
    return b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIHH", 0x0112, 3, 1, turned, 0) + b"\0\0\0\0"
