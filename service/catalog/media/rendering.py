"""Small pictures of a large one: decoded whole, which is also the proof that it can be, made small piece by piece, then turned upright."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from service.catalog.media.container import Broken, Outside
from service.i18n import N_, Message

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["MEDIUM", "SMALL", "renditions", "upright"]

MEDIUM, SMALL = 640, 160  # pixels of the square that a rendition fits into
_QUALITY = 80
_UNREADABLE = N_("its pixels cannot be read")
_STRIP = 256  # rows converted at once: a picture with transparency would else stand in memory three times


def renditions(name: str, outside: Outside) -> tuple[bytes, bytes]:
    """The picture as WebP in sRGB, upright, fitted into `MEDIUM` and `SMALL`. Raises `Broken` if its pixels cannot be read."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(outside.content), formats=[outside.form]) as image:
            if image.size != (outside.width, outside.height):
                raise ValueError("the header tells another size")
            whole = _upright(_in_srgb(_reduced(image), image.info.get("icc_profile")), outside.orientation)
        return _fitted(whole, MEDIUM), _fitted(whole, SMALL)
    except Exception as error:  # Pillow's decoders raise whatever their parsers happen to raise
        raise Broken(name=name, reason=Message(_UNREADABLE)) from error


def upright(name: str, outside: Outside) -> Outside:
    """The same pixels standing upright, without loss, for a WebP: browsers pass over its orientation (Chromium 156, tried).

    Raises `Broken`.
    """
    from PIL import Image

    if outside.form != "WEBP" or outside.orientation == 1:
        return outside
    made = io.BytesIO()
    try:
        with Image.open(io.BytesIO(outside.content), formats=["WEBP"]) as image:
            turned, profile = _upright(image, outside.orientation), image.info.get("icc_profile")
        turned.save(made, "WEBP", lossless=True, exact=True, method=1, icc_profile=profile)
    except Exception as error:
        raise Broken(name=name, reason=Message(_UNREADABLE)) from error
    return Outside("WEBP", turned.width, turned.height, 1, made.getvalue())


def _reduced(image: Image) -> Image:
    """At least twice `MEDIUM` wide or high, if it was; transparency multiplied in, so that hidden colours do not bleed."""
    from PIL import Image as Images

    image.draft(None, (2 * MEDIUM, 2 * MEDIUM))  # JPEG: decoded at ½, ¼ or ⅛ at once
    image.load()
    times = max(1, max(image.size) // (2 * MEDIUM))
    rows = max(times, _STRIP // times * times)
    small = None
    for top in range(0, image.height, rows):
        strip = _plain(image.crop((0, top, image.width, min(top + rows, image.height)))).reduce(times)
        if small is None:
            small = Images.new(strip.mode, (strip.width, -(-image.height // times)))
        small.paste(strip, (0, top // times))
    assert small is not None
    return small


def _plain(image: Image) -> Image:
    """One of L, RGB, CMYK and RGBa."""
    if image.mode in ("L", "RGB", "CMYK"):
        return image.convert("RGBA").convert("RGBa") if "transparency" in image.info else image
    if image.mode.startswith(("I", "F")):  # sixteen bits of grey
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        return image.convert("RGBA").convert("RGBa")
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image, profile: bytes | None) -> Image:
    """The same colours in sRGB; a profile that cannot be understood is passed over."""
    from PIL import ImageCms

    wanted = "RGBA" if image.mode == "RGBa" else "RGB"
    image = image.convert("RGBA") if image.mode == "RGBa" else image
    if profile:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode=wanted)
            return turned or image.convert(wanted)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image.convert(wanted)


def _upright(image: Image, orientation: int) -> Image:
    from PIL.Image import Transpose

    way = {
        2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM, 5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270, 7: Transpose.TRANSVERSE, 8: Transpose.ROTATE_90,
    }.get(orientation)  # fmt: skip
    return image.transpose(way) if way is not None else image


def _fitted(image: Image, most: int) -> bytes:
    from PIL.Image import Resampling

    small = image.copy()
    small.thumbnail((most, most), Resampling.LANCZOS)
    made = io.BytesIO()
    small.save(made, "WEBP", quality=_QUALITY, method=4)
    return made.getvalue()
