"""Trains the four tiny models of the tests from `corpus.py` and packs them as .argosmodel files beside this script.

They are real Transformers in the real format, so that the tests run the code that loads, installs and decodes without a download. They
know sixteen goods and fourteen moulds of sentences and nothing else: nobody may translate with them.

Needs torch, which no test needs, hence an environment of its own (five minutes on two cores):

    uv venv /tmp/train && uv pip install --python /tmp/train/bin/python torch==2.13.0 sentencepiece ctranslate2 numpy
    /tmp/train/bin/python tests/translation/models/make_models.py

Prints for each pair how many sentences come out exactly as in the corpus, and of sentences with other numbers. `EPOCHS` (45) and `THREADS` (2) may be set; name directions (en_ru …) to train only those.
"""

from __future__ import annotations

import io
import json
import math
import os
import random
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import ctranslate2
import sentencepiece
import torch
from corpus import Triple, triples
from ctranslate2.specs import transformer_spec
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, INNER, LAYERS, WORDS, BATCH = 96, 4, 192, 2, 640, 48
EPOCHS = int(os.environ.get("EPOCHS", "45"))
HERE = Path(__file__).parent
NAMES = {"zh": "Chinese", "ru": "Russian", "en": "English"}
README = """# Synthetic test model, not a translator

Trained by tests/translation/models/make_models.py of AmurLive on 900 sentences put together by corpus.py. It exists so that tests can run
the code that installs and loads packages. Whatever else it is asked, it answers with nonsense. CC0-1.0.
"""


class Attention(nn.Module):
    """Multi-head attention with its norm before and its residual around."""

    def __init__(self, *, cross: bool) -> None:
        super().__init__()
        self.cross, self.norm, self.out = cross, nn.LayerNorm(WIDTH), nn.Linear(WIDTH, WIDTH)
        if cross:
            self.query, self.memory = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 2 * WIDTH)
        else:
            self.all = nn.Linear(WIDTH, 3 * WIDTH)

    def forward(
        self, x: Tensor, memory: Tensor | None = None, mask: Tensor | None = None, causal: bool = False
    ) -> Tensor:
        h = self.norm(x)
        query, key, value = (
            (self.query(h), *self.memory(memory).chunk(2, -1)) if self.cross else self.all(h).chunk(3, -1)
        )

        def heads(t: Tensor) -> Tensor:
            return t.view(len(t), -1, HEADS, WIDTH // HEADS).transpose(1, 2)

        seen = functional.scaled_dot_product_attention(
            heads(query), heads(key), heads(value), attn_mask=mask, is_causal=causal, dropout_p=0.1 * self.training
        )
        return x + self.out(seen.transpose(1, 2).reshape(x.shape))


class Inner(nn.Module):
    """The feed-forward part of a layer."""

    def __init__(self) -> None:
        super().__init__()
        self.norm, self.first, self.second = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(functional.relu(self.first(self.norm(x))))


def positions(length: int) -> Tensor:
    """The sinusoids CTranslate2 makes by itself: counted from 1, sines first. So no table has to be stored."""
    step = math.log(10000) / (WIDTH // 2 - 1)
    angle = torch.arange(1, length + 1)[:, None] * torch.exp(torch.arange(WIDTH // 2) * -step)
    return torch.cat([angle.sin(), angle.cos()], -1)


class Model(nn.Module):
    """Encoder and decoder with one tied table of embeddings."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.table = nn.Embedding(words, WIDTH)
        nn.init.normal_(self.table.weight, 0, WIDTH**-0.5)
        self.register_buffer("places", positions(256))
        self.encoder = nn.ModuleList(nn.ModuleList([Attention(cross=False), Inner()]) for _ in range(LAYERS))
        self.decoder = nn.ModuleList(
            nn.ModuleList([Attention(cross=False), Attention(cross=True), Inner()]) for _ in range(LAYERS)
        )
        self.encoded, self.decoded, self.out = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH), nn.Linear(WIDTH, words)
        self.out.weight = self.table.weight

    def embed(self, tokens: Tensor) -> Tensor:
        return self.table(tokens.clamp(min=0)) * math.sqrt(WIDTH) + self.places[: tokens.shape[1]]

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        mask, x, y = (source != -1)[:, None, None, :], self.embed(source), self.embed(target)
        for attention, inner in self.encoder:
            x = inner(attention(x, mask=mask))
        x = self.encoded(x)
        for attention, cross, inner in self.decoder:
            y = inner(cross(attention(y, causal=True), memory=x, mask=mask))
        return self.out(self.decoded(y))


def save(model: Model, pieces: list[str], folder: Path) -> None:
    """As a CTranslate2 model in 8 bits."""

    def put(spec: object, names: tuple[str, str], module: nn.Module) -> None:
        for name, values in zip(names, (module.weight, module.bias), strict=True):
            setattr(spec, name, values.detach().numpy().copy())

    def linear(spec: object, module: nn.Module) -> None:
        put(spec, ("weight", "bias"), module)

    def norm(spec: object, module: nn.Module) -> None:
        put(spec, ("gamma", "beta"), module)

    def attention(spec: object, module: Attention) -> None:
        norm(spec.layer_norm, module.norm)
        for part, made in zip(
            spec.linear, (*([module.query, module.memory] if module.cross else [module.all]), module.out), strict=True
        ):
            linear(part, made)  # fmt: skip

    def inner(spec: object, module: Inner) -> None:
        norm(spec.layer_norm, module.norm)
        linear(spec.linear_0, module.first)
        linear(spec.linear_1, module.second)

    spec = transformer_spec.TransformerSpec.from_config((LAYERS, LAYERS), HEADS)
    spec.encoder.scale_embeddings = spec.decoder.scale_embeddings = True
    table = model.table.weight.detach().numpy()
    spec.encoder.embeddings[0].weight, spec.decoder.embeddings.weight = table.copy(), table.copy()
    for part, (own, after) in zip(spec.encoder.layer, model.encoder, strict=True):
        attention(part.self_attention, own)
        inner(part.ffn, after)
    for part, (own, cross, after) in zip(spec.decoder.layer, model.decoder, strict=True):
        attention(part.self_attention, own)
        attention(part.attention, cross)
        inner(part.ffn, after)
    norm(spec.encoder.layer_norm, model.encoded)
    norm(spec.decoder.layer_norm, model.decoded)
    linear(spec.decoder.projection, model.out)
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<s>", "</s>", "<unk>"
    spec.config.decoder_start_token, spec.config.add_source_bos, spec.config.add_source_eos = "<s>", False, False
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True)
    spec.save(str(folder))


def train(pairs: list[tuple[str, str]], pieces: sentencepiece.SentencePieceProcessor) -> Model:
    """A model of these pairs."""
    torch.manual_seed(1)
    coded = [(pieces.encode(x), [1, *pieces.encode(y), 2]) for x, y in pairs]
    model, dice = Model(pieces.get_piece_size()), random.Random(3)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    steps = EPOCHS * math.ceil(len(coded) / BATCH)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps, pct_start=0.15)

    def padded(rows: list[list[int]]) -> Tensor:
        return torch.tensor([row + [-1] * (max(map(len, rows)) - len(row)) for row in rows])

    for _ in range(EPOCHS):
        dice.shuffle(coded)
        for start in range(0, len(coded), BATCH):
            source, target = (padded(list(side)) for side in zip(*coded[start : start + BATCH], strict=True))
            guess = model(source, target[:, :-1])
            loss = functional.cross_entropy(
                guess.flatten(0, 1), target[:, 1:].flatten(), ignore_index=-1, label_smoothing=0.05
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            pace.step()
    return model.eval()


def exact(folder: Path, pieces: sentencepiece.SentencePieceProcessor, pairs: list[tuple[str, str]]) -> str:
    """How many of these come out to the letter."""
    translator = ctranslate2.Translator(str(folder), intra_threads=1)
    found = translator.translate_batch([pieces.encode(x, out_type=str) for x, _ in pairs], beam_size=4)
    right = sum(pieces.decode(one.hypotheses[0]) == y for one, (_, y) in zip(found, pairs, strict=True))
    return f"{right}/{len(pairs)}"


def build(source: str, target: str, rows: list[Triple], others: list[Triple]) -> None:
    """Train one direction and pack it."""
    pairs = [(getattr(row, source), getattr(row, target)) for row in rows]
    proto = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([text for pair in pairs for text in pair]), model_writer=proto, vocab_size=WORDS,
        character_coverage=1.0, split_digits=True, hard_vocab_limit=False, normalization_rule_name="identity",
        minloglevel=2, num_threads=2,
    )  # fmt: skip
    pieces = sentencepiece.SentencePieceProcessor(model_proto=proto.getvalue())
    model = train(pairs, pieces)
    name = f"translate-{source}_{target}-0_1"
    about = {
        "code": "synthetic-test", "package_version": "0.1", "argos_version": "1.9.0", "type": "translate", "links": [],
        "from_code": source, "from_name": NAMES[source], "to_code": target, "to_name": NAMES[target],
        "license": "CC0-1.0",
    }  # fmt: skip
    work = Path(tempfile.mkdtemp())
    save(model, [pieces.id_to_piece(i) for i in range(pieces.get_piece_size())], work / "model")
    packed = HERE / f"{source}_{target}.argosmodel"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(f"{name}/metadata.json", json.dumps(about, indent=1))
        archive.writestr(f"{name}/README.md", README)
        archive.writestr(f"{name}/sentencepiece.model", proto.getvalue())
        for file in sorted((work / "model").iterdir()):
            archive.write(file, f"{name}/model/{file.name}")
    unseen = [(getattr(row, source), getattr(row, target)) for row in others]
    learnt, new = exact(work / "model", pieces, pairs), exact(work / "model", pieces, unseen)
    sys.stdout.write(f"{packed.name}: {learnt} learnt, {new} new, {packed.stat().st_size // 1024} KiB\n")
    sys.stdout.flush()
    shutil.rmtree(work)


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("THREADS", "2")))
    known = triples()
    fresh = sorted(set(triples(seed=99, each=2)) - set(known))
    for direction in sys.argv[1:] or ["zh_ru", "ru_zh", "zh_en", "en_ru"]:
        build(*direction.split("_"), known, fresh)
