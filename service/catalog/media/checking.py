"""From bytes to a picture that may be kept: really a picture, whole, of a bearable size, without a person's data; and its renditions.

Limits: `MOST_BYTES`, `MOST_PIXELS` (known from the header, before anything is decoded), `LEAST_SIDE`. One picture is decoded at a
time, whatever the number of requests, so that memory stays bounded.
"""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from dataclasses import dataclass

from service.catalog.media.container import Broken, Moving, NoPicture, read_outside
from service.catalog.media.rendering import renditions, upright
from service.errors import DomainError
from service.i18n import N_

__all__ = [
    "LEAST_SIDE", "MOST_BYTES", "MOST_PIXELS", "Broken", "Moving", "NoPicture", "NotOnlyAPicture", "Picture",
    "TooHeavy", "TooManyPixels", "TooSmall", "check_picture",
]  # fmt: skip

MOST_BYTES = 20_000_000
# A phone's “50 megapixels” are 8192 × 6144. WebP's decoder needs 16 bytes for each pixel, the others at most 5 (measured).
MOST_PIXELS = {"JPEG": 51_000_000, "PNG": 51_000_000, "WEBP": 20_000_000}
LEAST_SIDE = 64
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_ONE_AT_A_TIME = threading.Lock()


class TooHeavy(DomainError):
    """More bytes than a picture may have."""

    status = 413
    title = N_("The picture “{name}” is too large: {size} MB.")
    remedy = N_("At most {most} MB: save it smaller or with a lower quality.")


class TooManyPixels(DomainError):
    """It would fill the memory when it is decoded."""

    title = N_("The picture “{name}” has too many pixels: {width} × {height}.")
    remedy = N_("At most {most} million pixels: make it smaller in a picture program.")


class TooSmall(DomainError):
    """Nobody would see anything on it."""

    title = N_("The picture “{name}” is too small: {width} × {height} pixels.")
    remedy = N_("Each side needs at least {least} pixels; upload the original, not a preview.")


class NotOnlyAPicture(DomainError):
    """A file that is a picture to some programs and an archive to others."""

    title = N_("“{name}” is a picture and an archive at once.")
    remedy = N_("Open it in a picture program, save a copy and upload the copy.")


@dataclass(frozen=True)
class Picture:
    """A checked picture. `digest` is the SHA-256 of `content`, the original pixels in a clean file; `width` and `height` as it is shown."""

    name: str
    digest: str
    type: str
    width: int
    height: int
    content: bytes
    medium: bytes
    small: bytes


def check_picture(name: str, content: bytes) -> Picture:
    """Check a file and make its renditions; its name is only repeated, never believed.

    Raises `NoPicture`, `TooHeavy`, `TooManyPixels`, `TooSmall`, `NotOnlyAPicture`, `Moving`, `Broken`.
    """
    if len(content) > MOST_BYTES:
        raise TooHeavy(name=name, size=f"{len(content) / 1e6:.1f}", most=MOST_BYTES // 1_000_000)
    outside = read_outside(name, content)
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise NotOnlyAPicture(name=name)
    if outside.width * outside.height > (most := MOST_PIXELS[outside.form]):
        raise TooManyPixels(name=name, width=outside.width, height=outside.height, most=most // 1_000_000)
    if min(outside.width, outside.height) < LEAST_SIDE:
        raise TooSmall(name=name, width=outside.width, height=outside.height, least=LEAST_SIDE)
    with _ONE_AT_A_TIME:
        outside = upright(name, outside)
        medium, small = renditions(name, outside)
    turned = outside.orientation >= 5
    return Picture(
        name=name, digest=hashlib.sha256(outside.content).hexdigest(), type=_TYPES[outside.form],
        width=outside.height if turned else outside.width, height=outside.width if turned else outside.height,
        content=outside.content, medium=medium, small=small,
    )  # fmt: skip
