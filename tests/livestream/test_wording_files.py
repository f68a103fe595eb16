"""Writers' mistakes are told with file and line; the other wording goes on working."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.livestream.blocks import library, read_library
from service.livestream.brief import Brief
from service.livestream.composing import compose
from service.livestream.patterns import pattern, patterns
from service.livestream.templates import TemplateFault, compile_line

FILE = """\
kind: call
variants:
  - id: call-link-good
    slot: link
    tone: calm
    zh: "{{{{ link }}}}号链接。"
    ru: "Лот {{{{ link }}}}."
  - id: call-link-bad
    slot: link
    tone: calm
    zh: {zh}
    ru: {ru}
"""


def _read(folder: Path, zh: str, ru: str) -> tuple[list[str], list[str], list[int]]:
    (folder / "call").mkdir(exist_ok=True)
    (folder / "call" / "link.yaml").write_text(FILE.format(zh=f'"{zh}"', ru=f'"{ru}"'), encoding="utf-8")
    found = read_library(folder)
    return [v.id for v in found.variants], [p.say("en") for p in found.problems], [p.line for p in found.problems]


@pytest.mark.parametrize(
    ("zh", "ru", "line", "said"),
    [
        ("{{ prodct }}号", "Лот {{ link }}", 11, "prodct"),
        ("{{ link }}号", "Лот {{ price.live.voc }}", 12, "price.live.voc"),
        ("{{ link }}号", "Лот {{ link", 12, "broken"),
        ("{% for x in link %}{{ x }}{% endfor %}号", "Лот {{ link }}", 11, "not allowed"),
        ("{{ link * 2 }}号", "Лот {{ link }}", 11, "not allowed"),
        ("{{ link.__class__ }}号", "Лот {{ link }}", 11, "__class__"),
        ("{{ link | upper }}号", "Лот {{ link }}", 11, "upper"),
        ("{{ link }}号", "Этот лот", 10, "same facts"),
        ("{{ price.times(2) }}号", "{{ price.times(3) }}", 10, "same facts"),
        ("{{ attr.taste }}", "{{ attr.taste }}", 11, "attr.taste"),
        ("", "Лот {{ link }}", 11, "empty"),
    ],
)
def test_a_bad_variant_is_named_with_its_line_and_the_good_one_stays(
    tmp_path: Path, zh: str, ru: str, line: int, said: str
) -> None:
    usable, problems, lines = _read(tmp_path, zh, ru)
    assert lines == [line] or (line == 10 and lines[0] in (8, 9, 10))
    assert said in problems[0]
    assert "call-link-bad" not in usable
    if said != "empty":  # a fault of form leaves out its file, a fault of wording only its variant
        assert usable == ["call-link-good"]


def test_whom_a_line_may_be_said_of_is_part_of_what_a_script_was_made_from(tmp_path: Path) -> None:
    """Otherwise a stored script would go on saying what the wording no longer allows."""
    (tmp_path / "call").mkdir()
    text = FILE.format(zh='"{{ link }}"', ru='"{{ link }}"')
    digests = set()
    for limit in ("", "not_for: [alcohol]", "families: [honey]", "markets: [CN]", "needs: [bilingual]", "hold: [1, 2]"):
        changed = text.replace("tone: calm\n", f"tone: calm\n    {limit}\n", 1)
        (tmp_path / "call" / "link.yaml").write_text(changed, encoding="utf-8")
        digests.add(read_library(tmp_path).digest)
    assert len(digests) == 6


def test_an_unknown_family_and_a_repeated_id_are_named(tmp_path: Path) -> None:
    (tmp_path / "call").mkdir()
    text = FILE.format(zh='"{{ link }}"', ru='"{{ link }}"').replace("call-link-bad", "call-link-good")
    text = text.replace("tone: calm\n", "tone: calm\n    families: [fruit]\n", 1)
    (tmp_path / "call" / "link.yaml").write_text(text, encoding="utf-8")
    said = " ".join(problem.say("ru") for problem in read_library(tmp_path).problems)
    assert "fruit" in said
    assert "call-link-good" in said


def test_a_show_is_composed_although_a_wording_file_is_broken(tmp_path: Path, brief: Callable[..., Brief]) -> None:
    import shutil

    from service.resources import root

    shutil.copytree(root("scripts") / "blocks", tmp_path, dirs_exist_ok=True)
    (tmp_path / "offer" / "price.yaml").write_text("kind: offer\nvariants: [\n", encoding="utf-8")
    words = read_library(tmp_path)
    assert [problem.file.rpartition("/")[2] for problem in words.problems] == ["price.yaml"]
    script = compose(brief(), pattern("evening-60"), words)
    assert not any(line.slot == "price" for _, line in script.lines())
    assert any(line.kind == "pitch" for _, line in script.lines())


def test_the_shipped_wording_is_without_fault_and_rich_enough() -> None:
    words = library()
    assert [problem.say("en") for problem in words.problems] == []
    for chosen in patterns().values():
        for segment in chosen.segments:
            for step in segment.steps:
                assert len(words.slot(step.kind, step.slot)) >= 4, f"{chosen.key}: {step.kind}.{step.slot}"
    for kind, slot in (
        ("pitch", "feature"),
        ("offer", "price"),
        ("call", "link"),
        ("bridge", "next"),
        ("interaction", "answer"),
    ):
        assert len(words.slot(kind, slot)) >= 8, slot


def test_a_template_cannot_reach_anything_but_facts() -> None:
    for source in (
        "{{ ''.__class__ }}", "{{ self }}", "{{ range(9) }}", "{{ product | attr('x') }}", "{{ product['x'] }}",
        "{{ price.times(1000) }}", "{{ 1 + 1 }}", "{% set x = 1 %}", "{% include 'x' %}", "{{ product if 1 }}",
    ):  # fmt: skip
        with pytest.raises(TemplateFault):
            compile_line(source, "ru")


def test_every_name_of_the_vocabulary_can_be_printed(brief: Callable[..., Brief]) -> None:
    """Each fact, alone in a template, renders in both languages; a list of names that cannot be said would be a trap."""
    from service.livestream.blocks import Library, Variant
    from service.livestream.brief import Gift
    from service.livestream.vocabulary import WORDS

    full = brief(["RU-HONEY-500", "HH-BLUEBERRY-JAM-320", "RU-ALENKA-90"], minutes=60)
    from dataclasses import replace

    place = full.items[0].goods.origin
    items = tuple(
        replace(item, gift=Gift(2, "个", "杯子", "кружка", None), limit=2, stock=30,
                goods=replace(item.goods, county=place, words={k: replace(w, brand="X") for k, w in item.goods.words.items()}))
        for item in full.items
    )  # fmt: skip
    pair = {"zh": "好", "ru": "да"}
    full = replace(full, items=items, place=place, host=pair, cohost=pair, preview=pair)
    for fact in WORDS:
        call = "(2)" if fact == "price.times" else ""
        templates = {locale: compile_line(f"{{{{ {fact}{call} }}}}", locale) for locale in ("zh", "ru")}
        for kind, slot in (("pitch", "feature"), ("bridge", "next")):
            words = Library([Variant("one", kind, slot, "calm", templates, templates["zh"].facts)])  # type: ignore[arg-type]
            lines = list(compose(full, pattern("evening-60"), words).lines())
            if kind == "bridge" or not fact.startswith("next"):
                assert lines, fact


def test_wording_that_reaches_alcohol_is_sober(brief: Callable[..., Brief]) -> None:
    """In every role: no tasting, stocking up, treating oneself or taking several; Russian shows refuse it altogether."""
    import re

    urging = re.compile(
        "尝|试试|随手带|囤|享用|[两三]{{ pack|packs|爸妈|家人们|попроб|на пробу|запас|родител|себе|packs|times"
    )
    for role in ("traffic", "welfare", "profit", "hit"):
        beer = brief([f"RU-BEER-500:{role}"]).items[0]
        reached = [v for v in library().variants if v.suits("CN", beer, frozenset({"russian_goods"}))]
        assert {"offer", "call", "pitch", "pain_point", "trust", "encore"} <= {v.kind for v in reached}
        for variant in reached:
            if variant.kind in ("opening", "closing"):
                continue
            for locale in ("zh", "ru"):
                source = variant.templates[locale].source  # type: ignore[index]
                assert not urging.search(source), f"{variant.id}: {source}"
