"""Every message of the program exists in Chinese and Russian, whole and with the right plural forms."""

from __future__ import annotations

import string

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from service.errors import FilesRejected, Problem
from service.i18n import Message, negotiate, translations
from service.resources import root

METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.j2", "jinja2")]
KEYWORDS = {"N_": None, "gettext": None, "ngettext": (1, 2)}


def _book(locale: str) -> Catalog:
    with (root("locales") / locale / "LC_MESSAGES" / "amurlive.po").open("rb") as file:
        return read_po(file)


def _marked() -> set[str]:
    found: set[str] = set()
    for _, _, message, _, _ in extract_from_dir("service", method_map=METHODS, keywords=KEYWORDS):
        found.update([message] if isinstance(message, str) else message)
    return found


@pytest.mark.parametrize("locale", ["zh", "ru"])
def test_every_marked_message_is_translated_and_none_is_left_over(locale: str) -> None:
    book = _book(locale)
    known: set[str] = set()
    for entry in book:
        if not entry.id:
            continue
        ids = entry.id if isinstance(entry.id, (tuple, list)) else (entry.id,)
        texts = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
        known.update(ids)
        assert all(texts), entry.id
        assert not entry.fuzzy, entry.id
        assert len(texts) == (book.num_plurals if len(ids) == 2 else 1), entry.id
        for text in texts:
            assert _fields(text) == _fields(ids[0]), f"{entry.id}: {text}"
    assert known == _marked()


def _fields(text: str) -> set[str]:
    if "%(" in text:
        return {part.split(")")[0] for part in text.split("%(")[1:]}
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 ошибка"), (2, "2 ошибки"), (5, "5 ошибок"), (11, "11 ошибок"), (21, "21 ошибка"), (104, "104 ошибки")],
)
def test_russian_counts_agree(count: int, said: str) -> None:
    problem = Problem("f.yaml", 1, "", "", Message("x"), Message("y"))
    assert said in FilesRejected([problem] * count).say("ru")


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("ru", "ru"), ("zh-CN,zh;q=0.9", "zh"), ("en-US,en;q=0.5", "en"), ("ru-RU,ru;q=0.9,zh;q=0.8", "ru"),
        ("de,fr", "zh"), ("", "zh"), (None, "zh"), ("zh;q=0.1, ru;q=0.9", "ru"), ("ru;q=broken", "zh"),
    ],
)  # fmt: skip
def test_the_language_is_negotiated(header: str | None, locale: str) -> None:
    assert negotiate(header) == locale


def test_english_is_the_ids_themselves() -> None:
    assert translations("en").gettext("Swap min and max.") == "Swap min and max."
