"""How long a line takes to say, and where its sentences end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language.pace import Pace, seconds, syllables
from service.language.sentences import split


def test_chinese_is_timed_by_characters_and_russian_by_syllables() -> None:
    assert syllables("九块九一盒", "zh") == 5
    assert syllables("двести девяносто девять рублей", "ru") == 2 + 4 + 2 + 2
    assert seconds("一二三四五六七八", "zh") == 2.0  # eight characters at 240 a minute
    assert seconds("ма-ма мы-ла ра-му", "ru") == 1.2  # six syllables at 300 a minute


def test_punctuation_is_heard_as_a_pause() -> None:
    assert seconds("好，好。", "zh") == round(2 / 4 + 0.25 + 0.5, 1)
    assert seconds("Да, да.", "ru") == round(2 / 5 + 0.25 + 0.5, 1)


def test_a_slower_speaker_takes_longer() -> None:
    line = "欢迎来到直播间"
    assert seconds(line, "zh", pace=Pace(zh=120)) == pytest.approx(2 * seconds(line, "zh"), abs=0.11)


@given(st.text(alphabet="好人们，。!абвгеийо ,.", max_size=60), st.sampled_from(["zh", "ru"]))
def test_more_words_never_take_less_time(text: str, locale: str) -> None:
    assert seconds(text + ("好" if locale == "zh" else "а"), locale) >= seconds(text, locale) - 0.11
    assert seconds(text, locale) >= 0


@pytest.mark.parametrize(
    ("text", "locale", "sentences"),
    [
        ("好吃！真好吃。要不要？要。", "zh", ["好吃！", "真好吃。", "要不要？", "要。"]),
        ("他说：「来吧。」我就来了。", "zh", ["他说：「来吧。」", "我就来了。"]),
        ("等一等……来了", "zh", ["等一等……", "来了"]),
        ("Мёд свежий. Берите!", "ru", ["Мёд свежий.", "Берите!"]),
        ("Вес 500 г. нетто. Хранить в холоде.", "ru", ["Вес 500 г. нетто.", "Хранить в холоде."]),
        ("Это т. е. мёд. Вкусно?", "ru", ["Это т. е. мёд.", "Вкусно?"]),
        ("Цена 299 руб. Берём.", "ru", ["Цена 299 руб. Берём."]),
        ("«Хорошо!» — сказала она. И ушла.", "ru", ["«Хорошо!» — сказала она.", "И ушла."]),
        ("", "ru", []),
    ],
)
def test_splitting(text: str, locale: str, sentences: list[str]) -> None:
    assert split(text, locale) == sentences


@given(st.text(max_size=200), st.sampled_from(["zh", "ru"]))
def test_splitting_loses_no_word(text: str, locale: str) -> None:
    assert "".join("".join(split(text, locale)).split()) == "".join(text.split())
