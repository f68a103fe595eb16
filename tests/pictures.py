"""Real pictures, drawn for a test."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from PIL import Image

__all__ = ["digest_of", "drawn", "opened", "photo"]


def drawn(
    form: str = "PNG", size: tuple[int, int] = (96, 64), colour: Any = "#c33", mode: str = "RGB", **how: Any
) -> bytes:
    """A picture of one colour with a dark quarter at the top left, so that turning it shows."""
    image = Image.new(mode, size, colour)
    image.paste(Image.new(mode, (size[0] // 2, size[1] // 2), "black" if mode != "I;16" else 0), (0, 0))
    return saved(image, form, **how)


def photo(form: str = "JPEG", size: tuple[int, int] = (800, 600), **how: Any) -> bytes:
    """A picture with so much in it that cutting it anywhere hurts."""
    noise = Image.effect_noise(size, 60)
    shade = Image.linear_gradient("L").resize(size)
    return saved(Image.merge("RGB", (noise, shade, shade.rotate(180))), form, **how)


def saved(image: Image.Image, form: str, **how: Any) -> bytes:
    made = io.BytesIO()
    image.save(made, form, **how)
    return made.getvalue()


def opened(content: bytes) -> Image.Image:
    """The picture with its pixels; a file that is not whole raises."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def digest_of(content: bytes) -> str:
    """As addresses name it."""
    return hashlib.sha256(content).hexdigest()
