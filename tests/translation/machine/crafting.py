"""Packages made to be refused, and one whose model never comes to an end."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np

from tests.translation.machine.conftest import MODELS

__all__ = ["about", "looping", "repacked"]


def about(path: Path) -> dict[str, object]:
    """What a package's metadata say."""
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith("metadata.json"))
        told: dict[str, object] = json.loads(archive.read(name))
        return told


def repacked(
    path: Path,
    *,
    leave_out: str = "",
    replace: dict[str, bytes] | None = None,
    add: dict[str, bytes] | None = None,
    **metadata: object,
) -> Path:
    """The zh → ru package with other metadata, without some file, with others; names within its folder, or with `add` as they are."""
    with zipfile.ZipFile(MODELS / "zh_ru.argosmodel") as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            inner = member.filename.partition("/")[2]
            content = (replace or {}).get(inner, old.read(member))
            if inner == "metadata.json" and "metadata.json" not in (replace or {}):
                content = json.dumps(json.loads(content) | metadata).encode()
            if not leave_out or not inner.startswith(leave_out):
                new.writestr(member.filename, content)
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return path


def looping(path: Path) -> Path:
    """A zh → ru package whose model says the same piece of a word for ever: all weights nothing but the bias of that piece."""
    from ctranslate2.specs import transformer_spec

    with zipfile.ZipFile(MODELS / "zh_ru.argosmodel") as archive:
        top = archive.namelist()[0].partition("/")[0]
        pieces = json.loads(archive.read(f"{top}/model/shared_vocabulary.json"))
    width = 16
    spec = transformer_spec.TransformerSpec.from_config((1, 1), 2)
    zeros = lambda *shape: np.zeros(shape, np.float32)  # noqa: E731

    def linear(part: object, out: int, into: int) -> None:
        part.weight, part.bias = zeros(out, into), zeros(out)  # type: ignore[attr-defined]

    def norm(part: object) -> None:
        part.gamma, part.beta = zeros(width) + 1, zeros(width)  # type: ignore[attr-defined]

    for side in (spec.encoder, spec.decoder):
        norm(side.layer_norm)
        for layer in side.layer:
            for attention, sizes in [(layer.self_attention, [3 * width, width])] + (
                [(layer.attention, [width, 2 * width, width])] if side is spec.decoder else []
            ):
                norm(attention.layer_norm)
                for part, out in zip(attention.linear, sizes, strict=True):
                    linear(part, out, width)
            norm(layer.ffn.layer_norm)
            linear(layer.ffn.linear_0, width, width)
            linear(layer.ffn.linear_1, width, width)
    spec.encoder.embeddings[0].weight = zeros(len(pieces), width)
    spec.decoder.embeddings.weight = zeros(len(pieces), width)
    linear(spec.decoder.projection, len(pieces), width)
    spec.decoder.projection.bias[
        next(i for i, piece in enumerate(pieces) if len(piece) > 3 and piece[1:].isalpha())
    ] = 50
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<s>", "</s>", "<unk>"
    spec.config.decoder_start_token, spec.config.add_source_bos, spec.config.add_source_eos = "<s>", False, False
    spec.validate()
    folder = path.with_suffix(".model")
    folder.mkdir()
    spec.save(str(folder))
    made = {f"model/{file.name}": file.read_bytes() for file in folder.iterdir()}
    return repacked(path, leave_out="model/", add={f"{top}/{name}": content for name, content in made.items()})
