"""A trained network as a folder of CTranslate2, in 8 bits. Needs torch and ctranslate2."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ctranslate2.specs import transformer_spec

from service.translation.learning.network import Attention, Inner, Network

__all__ = ["export"]


def export(network: Network, pieces: Sequence[str], folder: Path) -> None:
    """`pieces`: the words of the vocabulary in order. Replaces the folder."""
    shape = network.shape
    spec = transformer_spec.TransformerSpec.from_config((shape.layers, shape.layers), shape.heads)
    spec.encoder.scale_embeddings = spec.decoder.scale_embeddings = True
    table = network.table.weight.detach().numpy()
    spec.encoder.embeddings[0].weight, spec.decoder.embeddings.weight = table.copy(), table.copy()
    for part, (own, after) in zip(spec.encoder.layer, network.encoder, strict=True):
        _attention(part.self_attention, own)
        _inner(part.ffn, after)
    for part, (own, cross, after) in zip(spec.decoder.layer, network.decoder, strict=True):
        _attention(part.self_attention, own)
        _attention(part.attention, cross)
        _inner(part.ffn, after)
    _norm(spec.encoder.layer_norm, network.encoded)
    _norm(spec.decoder.layer_norm, network.decoded)
    _linear(spec.decoder.projection, network.out)
    spec.register_source_vocabulary(list(pieces))
    spec.register_target_vocabulary(list(pieces))
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<s>", "</s>", "<unk>"
    spec.config.decoder_start_token, spec.config.add_source_bos, spec.config.add_source_eos = "<s>", False, False
    spec.validate()
    spec.optimize(quantization="int8")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    spec.save(str(folder))


def _put(spec: Any, names: tuple[str, str], module: Any) -> None:
    for name, values in zip(names, (module.weight, module.bias), strict=True):
        setattr(spec, name, values.detach().numpy().copy())


def _linear(spec: Any, module: Any) -> None:
    _put(spec, ("weight", "bias"), module)


def _norm(spec: Any, module: Any) -> None:
    _put(spec, ("gamma", "beta"), module)


def _attention(spec: Any, module: Attention) -> None:
    _norm(spec.layer_norm, module.norm)
    parts = [module.query, module.memory, module.out] if module.cross else [module.all, module.out]
    for one, made in zip(spec.linear, parts, strict=True):
        _linear(one, made)


def _inner(spec: Any, module: Inner) -> None:
    _norm(spec.layer_norm, module.norm)
    _linear(spec.linear_0, module.first)
    _linear(spec.linear_1, module.second)
