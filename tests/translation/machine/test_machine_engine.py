"""Texts become drafts: by real packages, through English where there is no direct one, in batches, without a network."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from service.i18n import Message
from service.translation.machine import EngineMissing, Finding, NoModel, Translated, Worker, translate
from tests.translation.models.corpus import triples

REPOSITORY = Path(__file__).parents[3]
ROWS = triples(seed=31, each=2)


@pytest.fixture
def in_russian(all_installed: Path, worker: Worker) -> Callable[..., list[Translated]]:
    """Chinese into Russian by the direct package."""
    return lambda texts, **more: translate(texts, source="zh", target="ru", folder=all_installed, worker=worker, **more)


def _right(drafts: Sequence[Translated], wanted: Sequence[str]) -> float:
    return sum(draft.text == text for draft, text in zip(drafts, wanted, strict=True)) / len(wanted)


def test_sentences_with_numbers_never_seen_come_out_right(in_russian: Callable[..., list[Translated]]) -> None:
    drafts = in_russian([row.zh for row in ROWS])
    assert _right(drafts, [row.ru for row in ROWS]) > 0.85
    assert {draft.route for draft in drafts} == {"zh>ru"}
    assert {(draft.origin, draft.score) for draft in drafts} == {("machine", None)}


def test_where_no_package_is_direct_the_way_goes_through_english(having: Callable[..., Path], worker: Worker) -> None:
    folder = having("zh_en", "en_ru")
    rows = [row for row in ROWS if not any(sign.isdigit() for sign in row.zh)]
    drafts = translate([row.zh for row in rows], source="zh", target="ru", folder=folder, worker=worker)
    assert _right(drafts, [row.ru for row in rows]) > 0.85
    assert drafts[0].route == "zh>en>ru"
    assert drafts[0].engine.startswith("argos zh_en 0.1 ")
    assert " + en_ru 0.1 " in drafts[0].engine
    assert len(drafts[0].engine) <= 300


def test_russian_becomes_chinese(all_installed: Path, worker: Worker) -> None:
    rows = [row for row in ROWS if not any(sign.isdigit() for sign in row.ru)]
    drafts = translate([row.ru for row in rows], source="ru", target="zh", folder=all_installed, worker=worker)
    assert _right(drafts, [row.zh for row in rows]) > 0.85


def test_many_at_once_are_the_same_as_one_by_one(in_russian: Callable[..., list[Translated]]) -> None:
    texts = [row.zh for row in ROWS[:80]]
    assert [draft.text for draft in in_russian(texts)] == [in_russian([text])[0].text for text in texts]


def test_each_sentence_is_decoded_once(in_russian: Callable[..., list[Translated]]) -> None:
    told: list[tuple[int, int]] = []
    in_russian(
        ["谢谢大家。蜂蜜从黑河发货。"] * 50 + ["蜂蜜从黑河发货。谢谢大家。"], on_progress=lambda *now: told.append(now)
    )
    assert told == [(2, 2)]


def test_lines_blanks_and_bullets_stay(in_russian: Callable[..., list[Translated]]) -> None:
    text = "\n\n  谢谢大家。\r\n\n- 今天给大家介绍蜂蜜。谢谢大家。\n1. 蜂蜜从黑河发货。\n\t\n"
    assert in_russian([text])[0].text == (
        "\n\n  Спасибо всем.\r\n\n- Сегодня представляем мёд. Спасибо всем.\n1. Отправляем мёд из Хэйхэ.\n\t\n"
    )


@pytest.mark.parametrize("text", ["", " ", "\n\n", "12 345", "———", "🎁🎁", "https://example.org/?a=1&b=2", "AB-1042"])
def test_what_has_no_words_is_not_asked_of_the_machine(text: str, in_russian: Callable[..., list[Translated]]) -> None:
    told: list[tuple[int, int]] = []
    draft = in_russian([text], on_progress=lambda *now: told.append(now))[0]
    assert (draft.text.replace("\N{NO-BREAK SPACE}", " "), told) == (text, [])


def test_what_is_protected_comes_back(in_russian: Callable[..., list[Translated]]) -> None:
    text = "<b>极境寒养蜂蜜</b>的货号是SKU_12_AB🎁，净重1,250.5克，见 https://example.org/a_b?c=1。"
    draft = in_russian([text], protected_terms={"极境寒养": "«Цзицзин Ханьян»"})[0]
    for kept in ("<b>", "</b>", "«Цзицзин Ханьян»", "SKU_12_AB", "🎁", "https://example.org/a_b?c=1"):
        assert draft.text.count(kept) == 1, draft.text
    assert "1\N{NO-BREAK SPACE}250,5" in draft.text
    assert [found.id for found in draft.findings if found.grave] == []


def test_names_and_item_numbers_the_model_loses_divide_the_sentence(
    in_russian: Callable[..., list[Translated]],
) -> None:
    draft = in_russian(["蜂蜜的货号是SKU_12_AB。"])[0]
    assert "SKU_12_AB" in draft.text
    assert "divided" in {found.id for found in draft.findings}


def test_the_term_check_chooses_among_candidates(in_russian: Callable[..., list[Translated]]) -> None:
    """A fluent sentence about the wrong goods passes everything but this."""
    seen: list[tuple[str, str]] = []

    def must_be_kvass(source: str, text: str) -> list[Finding]:
        seen.append((source, text))
        return [] if "вас" in text else [Finding("term", Message("no kvass"))]

    plain = in_russian(["松子来自布拉戈维申斯克。"])[0]
    assert plain.text == "Кедровые орехи из Благовещенска."
    assert plain.alternatives
    wanted = next((text for text in plain.alternatives if "вас" in text), None)
    chosen = in_russian(["松子来自布拉戈维申斯克。"], term_check=must_be_kvass)[0]
    assert {source for source, _ in seen} == {"松子来自布拉戈维申斯克。"}
    if wanted:
        assert (chosen.text, chosen.findings) == (wanted, ())
    else:
        assert [found.id for found in chosen.findings] == ["term"]


def test_a_megabyte_is_a_text_like_others(in_russian: Callable[..., list[Translated]]) -> None:
    text = "今天给大家介绍蜂蜜。\n" * 20_000 + "蜂" * 30_000 + "\n" + "谢谢大家。" * 5_000
    assert len(text.encode()) > 750_000
    draft = in_russian([text])[0]
    assert draft.text.startswith("Сегодня представляем мёд.\nСегодня представляем мёд.\n")
    assert draft.text.endswith("Спасибо всем. Спасибо всем.")
    assert draft.text.count("\n") == text.count("\n")


def test_a_long_address_without_end_is_kept(in_russian: Callable[..., list[Translated]]) -> None:
    text = "谢谢大家。https://example.org/" + "a1" * 100_000 + " 谢谢大家。"
    assert "a1" * 100_000 in in_russian([text])[0].text


def test_odd_signs_do_no_harm(in_russian: Callable[..., list[Translated]]) -> None:
    for text in ("\x00\x01谢谢\x02", "\u202e谢谢", "谢\ud83d谢".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "𠀀𠀁蜂蜜"):  # fmt: skip
        assert in_russian([text])[0].sentences


def test_without_a_package_the_command_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match="amurlive translate install"):
        translate(["谢谢大家。"], source="zh", target="ru", folder=tmp_path)


def test_without_the_extra_the_command_is_named(
    all_installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ctranslate2", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "ctranslate2" else object())
    with pytest.raises(EngineMissing, match=r"pip install 'amurlive\[mt\]'"):
        translate(["谢谢大家。"], source="zh", target="ru", folder=all_installed, worker=Worker(folder=tmp_path))


def test_the_service_does_not_import_the_engine() -> None:
    code = "import sys, service.app, service.translation.machine; print([m for m in ('ctranslate2', 'argostranslate', 'numpy', 'onnxruntime') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_asks_the_network(having: Callable[..., Path], tmp_path: Path) -> None:
    """In the caller, the installer and the worker alike: a `sitecustomize` that all of them load notes every attempt and refuses it."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, socket\n"
        "def refuse(self, address, *more):\n"
        "    if self.family != socket.AF_UNIX:\n"
        f"        open({str(tmp_path / 'attempts')!r}, 'a').write(repr(address))\n"
        "        raise OSError('no network')\n"
        "socket.socket.connect = socket.socket.connect_ex = refuse\n"
        "def lookup(*more):\n"
        f"    open({str(tmp_path / 'attempts')!r}, 'a').write(repr(more))\n"
        "    raise OSError('no network')\n"
        "socket.getaddrinfo = lookup\n"
        f"open({str(tmp_path / 'loaded')!r}, 'a').write('x')\n",
        encoding="utf-8",
    )
    code = (
        "from pathlib import Path\n"
        "from service.translation.machine import install, translate\n"
        f"folder = Path({str(tmp_path / 'mt')!r})\n"
        f"install(Path({str(REPOSITORY / 'tests/translation/models/zh_ru.argosmodel')!r}), folder=folder, allow_synthetic=True)\n"
        "print(translate(['谢谢大家。谢谢大家。'], source='zh', target='ru', folder=folder)[0].text)\n"
    )
    paths = os.pathsep.join([str(tmp_path), str(REPOSITORY)])
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": paths, "AMURLIVE_MT_DIR": str(tmp_path / "mt")},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "Спасибо всем. Спасибо всем."), done.stderr
    assert (tmp_path / "loaded").read_text() == "xxx"
    assert not (tmp_path / "attempts").exists()
