"""A Transformer as CTranslate2 reads it: norms before, one tied table of embeddings, sinusoidal places. Needs torch."""
# mypy: disable-error-code="misc, no-any-return"

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from service.translation.learning.state import Shape

__all__ = ["PADDING", "Attention", "Inner", "Network"]

PADDING = -1
LONGEST = 256
"""Pieces of words; longer sentences are cut off when learnt."""
_DROPOUT = 0.1


class Attention(nn.Module):
    """Multi-head attention with its norm before and its residual around."""

    def __init__(self, shape: Shape, *, cross: bool) -> None:
        super().__init__()
        width = shape.width
        self.cross, self.heads, self.norm, self.out = cross, shape.heads, nn.LayerNorm(width), nn.Linear(width, width)
        if cross:
            self.query, self.memory = nn.Linear(width, width), nn.Linear(width, 2 * width)
        else:
            self.all = nn.Linear(width, 3 * width)

    def forward(
        self, x: Tensor, *, memory: Tensor | None = None, mask: Tensor | None = None, causal: bool = False
    ) -> Tensor:
        """`memory`: what is looked at, if not `x` itself; `mask`: where it is no padding; `causal`: only what came before."""
        h = self.norm(x)
        query, key, value = (
            (self.query(h), *self.memory(memory).chunk(2, -1)) if self.cross else self.all(h).chunk(3, -1)
        )

        def heads(t: Tensor) -> Tensor:
            return t.view(len(t), -1, self.heads, t.shape[-1] // self.heads).transpose(1, 2)

        seen = functional.scaled_dot_product_attention(
            heads(query), heads(key), heads(value), attn_mask=mask, is_causal=causal, dropout_p=_DROPOUT * self.training
        )
        return x + functional.dropout(self.out(seen.transpose(1, 2).reshape(x.shape)), _DROPOUT, self.training)


class Inner(nn.Module):
    """The feed-forward part of a layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(shape.width)
        self.first, self.second = nn.Linear(shape.width, shape.inner), nn.Linear(shape.inner, shape.width)

    def forward(self, x: Tensor) -> Tensor:
        """Each place by itself."""
        return x + functional.dropout(self.second(functional.relu(self.first(self.norm(x)))), _DROPOUT, self.training)


def _places(length: int, width: int) -> Tensor:
    """The sinusoids CTranslate2 makes by itself: counted from 1, sines first. So no table has to be stored."""
    angle = torch.arange(1, length + 1)[:, None] * torch.exp(
        torch.arange(width // 2) * (-math.log(10000) / (width // 2 - 1))
    )
    return torch.cat([angle.sin(), angle.cos()], -1)


class Network(nn.Module):
    """Encoder and decoder."""

    def __init__(self, shape: Shape, words: int) -> None:
        super().__init__()
        self.shape, width = shape, shape.width
        self.table = nn.Embedding(words, width)
        nn.init.normal_(self.table.weight, 0, width**-0.5)
        self.register_buffer("places", _places(LONGEST, width), persistent=False)
        self.encoder = nn.ModuleList(
            nn.ModuleList([Attention(shape, cross=False), Inner(shape)]) for _ in range(shape.layers)
        )
        self.decoder = nn.ModuleList(
            nn.ModuleList([Attention(shape, cross=False), Attention(shape, cross=True), Inner(shape)]) for _ in range(shape.layers)
        )  # fmt: skip
        self.encoded, self.decoded, self.out = nn.LayerNorm(width), nn.LayerNorm(width), nn.Linear(width, words)
        self.out.weight = self.table.weight

    def _embedded(self, tokens: Tensor) -> Tensor:
        seen = self.table(tokens.clamp(min=0)) * math.sqrt(self.shape.width) + self.places[: tokens.shape[1]]
        return functional.dropout(seen, _DROPOUT, self.training)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """For each place of the target what may come next."""
        mask, x, y = (source != PADDING)[:, None, None, :], self._embedded(source), self._embedded(target)
        for attention, inner in self.encoder:
            x = inner(attention(x, mask=mask))
        x = self.encoded(x)
        for attention, cross, inner in self.decoder:
            y = inner(cross(attention(y, causal=True), memory=x, mask=mask))
        return self.out(self.decoded(y))
