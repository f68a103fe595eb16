"""Chinese names in Russian letters: the Palladius system and the names custom has fixed."""

import pytest

from service.language import names
from service.resources import root


@pytest.mark.parametrize(
    ("hanzi", "russian"),
    [
        ("黑河", "Хэйхэ"), ("爱辉", "Айхуэй"), ("北安", "Бэйань"), ("五大连池", "Удаляньчи"), ("嫩江", "Нэньцзян"),
        ("逊克", "Сюнькэ"), ("孙吴", "Суньу"), ("大兴安岭", "Дасинъаньлин"), ("长安", "Чанъань"), ("平安", "Пинъань"),
        ("天安门", "Тяньаньмэнь"), ("绿", "Люй"), ("广州", "Гуанчжоу"), ("上海", "Шанхай"), ("多", "До"),
        ("北京", "Пекин"), ("哈尔滨", "Харбин"), ("齐齐哈尔", "Цицикар"), ("满洲里", "Маньчжурия"),
        ("布拉戈维申斯克", "Благовещенск"),
    ],
)  # fmt: skip
def test_place_names(hanzi: str, russian: str) -> None:
    assert names.palladius(hanzi) == russian


def test_people_have_surname_and_given_name_apart() -> None:
    assert names.person("王", "晓明") == "Ван Сяомин"
    assert names.person("李", "安") == "Ли Ань"


def test_what_is_not_chinese_is_not_guessed() -> None:
    with pytest.raises(names.UnknownSyllable):
        names.palladius("AmurLive")


def test_the_syllabary_covers_every_reading_pypinyin_knows_for_common_characters() -> None:
    from pypinyin import lazy_pinyin

    common = [chr(code) for code in range(0x4E00, 0x5600)]
    table = {
        line.split("\t")[0]
        for line in (root("catalogs") / "names" / "palladius.tsv").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    readings = {reading for char in common for reading in lazy_pinyin(char, v_to_u=False) if reading.isascii()}
    odd = {"n", "ng", "m", "hm", "hng", "ê", "fiao", "kei", "wong", "tei", "dia", "eng", "lo", "nun", "rua", "din", "pia", "bun", "cei", "den", "dei", "jv", "qv", "xv", "yv"}  # fmt: skip
    missing = {reading for reading in readings if reading not in table} - odd
    assert missing == set()
