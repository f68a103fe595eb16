"""Sentences of the trade in Chinese, Russian and English, put together from goods and moulds: what the test models learn.

Our own words, made the same each time from a seed. Goods carry what the moulds need of them: the Russian cases, the pack they are counted
in with its measure word, and so on. `python corpus.py` prints the triples.
"""

from __future__ import annotations

import random
from typing import NamedTuple

__all__ = ["GOODS", "Triple", "triples"]


class Triple(NamedTuple):
    """One sentence in three languages."""

    zh: str
    ru: str
    en: str


class Pack(NamedTuple):
    """What goods are counted in. `ru`: one (nominative), one (accusative), two, five; `another`: «ещё один» in its gender."""

    zh: str
    ru: tuple[str, str, str, str]
    en: tuple[str, str]
    another: str


class Goods(NamedTuple):
    """A kind of goods. `ru`: nominative, genitive, accusative."""

    zh: str
    ru: tuple[str, str, str]
    en: str
    pack: Pack
    many: bool = False
    """Plural in Russian and English: орехи стоят."""


BANKA = Pack("罐", ("банка", "банку", "банки", "банок"), ("jar", "jars"), "ещё одну")
BUTYLKA = Pack("瓶", ("бутылка", "бутылку", "бутылки", "бутылок"), ("bottle", "bottles"), "ещё одну")
PLITKA = Pack("块", ("плитка", "плитку", "плитки", "плиток"), ("bar", "bars"), "ещё одну")
KOROBKA = Pack("盒", ("коробка", "коробку", "коробки", "коробок"), ("box", "boxes"), "ещё одну")
PAKET = Pack("袋", ("пакет", "пакет", "пакета", "пакетов"), ("bag", "bags"), "ещё один")
BATON = Pack("根", ("батон", "батон", "батона", "батонов"), ("stick", "sticks"), "ещё один")

GOODS = (
    Goods("蜂蜜", ("мёд", "мёда", "мёд"), "honey", BANKA),
    Goods("巧克力", ("шоколад", "шоколада", "шоколад"), "chocolate", PLITKA),
    Goods("糖果", ("конфеты", "конфет", "конфеты"), "sweets", KOROBKA, many=True),
    Goods("奶粉", ("сухое молоко", "сухого молока", "сухое молоко"), "milk powder", PAKET),
    Goods("面粉", ("мука", "муки", "муку"), "flour", PAKET),
    Goods("葵花籽油", ("подсолнечное масло", "подсолнечного масла", "подсолнечное масло"), "sunflower oil", BUTYLKA),
    Goods("黑木耳", ("древесные грибы", "древесных грибов", "древесные грибы"), "wood ears", PAKET, many=True),
    Goods("蓝莓干", ("сушёная голубика", "сушёной голубики", "сушёную голубику"), "dried blueberry", PAKET),
    Goods("大米", ("рис", "риса", "рис"), "rice", PAKET),
    Goods("红肠", ("копчёная колбаса", "копчёной колбасы", "копчёную колбасу"), "smoked sausage", BATON),
    Goods("松子", ("кедровые орехи", "кедровых орехов", "кедровые орехи"), "pine nuts", PAKET, many=True),
    Goods("燕麦片", ("овсяные хлопья", "овсяных хлопьев", "овсяные хлопья"), "oat flakes", KOROBKA, many=True),
    Goods("鱼子酱", ("чёрная икра", "чёрной икры", "чёрную икру"), "black caviar", BANKA),
    Goods("格瓦斯", ("квас", "кваса", "квас"), "kvass", BUTYLKA),
    Goods("红茶", ("чёрный чай", "чёрного чая", "чёрный чай"), "black tea", KOROBKA),
    Goods("瓜子", ("семечки", "семечек", "семечки"), "sunflower seeds", PAKET, many=True),
)  # fmt: skip

# {zh}, {nom}, {gen}, {acc}, {en}: the goods; {n}, {few}, {time}, {grams}: numbers; {mw}, {packs}, {packs_acc}, {pack_en}: the pack, agreeing with it; {code}: an item number.
MOULDS = (
    ("这款{zh}的价格是{n}元。", "Цена {gen} — {n} {yuan}.", "The price of this {en} is {n} yuan."),
    ("今天{zh}只要{n}元！", "Сегодня {nom} всего за {n} {yuan}!", "Today {en} for just {n} yuan!"),
    ("{zh}在俄罗斯卖{n}卢布。", "В России {nom} {costs} {n} {roubles}.", "In Russia {en} {costs_en} {n} {roubles_en}."),
    ("仓库里还有{n}{mw}{zh}。", "На складе ещё {n} {packs} {gen}.", "There {are} still {n} {pack_en} of {en} in the warehouse."),
    ("每{mw}{zh}净重{grams}克。", "Масса нетто: {pack} {gen}, {grams} г.", "Net weight: a {pack_one} of {en}, {grams} g."),
    ("{zh}的保质期为{time}个月。", "Срок годности {gen} — {time} {months}.", "The shelf life of {en} is {time} {months_en}."),
    ("您订购了{n}{mw}{zh}。", "Вы заказали {n} {packs_acc} {gen}.", "You ordered {n} {pack_en} of {en}."),
    ("买{few}{mw}{zh}，再送一{mw}。", "Купите {few} {packs_few} {gen} — {another} подарим.", "Buy {few} {pack_en_few} of {en} and get one more free."),
    ("{zh}的货号是{code}。", "Артикул {gen}: {code}.", "The item number of {en} is {code}."),
    ("{zh}从黑河发货。", "Отправляем {acc} из Хэйхэ.", "We ship {en} from Heihe."),
    ("{zh}来自布拉戈维申斯克。", "{Nom} из Благовещенска.", "{En} from Blagoveshchensk."),
    ("今天给大家介绍{zh}。", "Сегодня представляем {acc}.", "Today we present {en}."),
    ("请将{zh}存放在阴凉干燥处。", "Храните {acc} в сухом прохладном месте.", "Keep {en} in a cool, dry place."),
    ("{zh}", "{nom}", "{en}"),
)  # fmt: skip

LINES = (
    Triple("欢迎来到直播间！", "Добро пожаловать на трансляцию!", "Welcome to the live stream!"),
    Triple("谢谢大家。", "Спасибо всем.", "Thank you all."),
    Triple("请点击下方链接购买。", "Нажмите на ссылку ниже, чтобы купить.", "Tap the link below to buy."),
    Triple("海外仓有现货。", "Товар есть на зарубежном складе.", "In stock at the overseas warehouse."),
    Triple("商品符合海关要求。", "Товар соответствует таможенным требованиям.", "The goods meet customs requirements."),
)  # fmt: skip


def agreeing(number: int, one: str, two: str, five: str) -> str:
    """The Russian form after a number: 21 юань, 22 юаня, 25 юаней."""
    if number % 10 == 1 and number % 100 != 11:
        return one
    return two if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else five


def _made(goods: Goods, mould: tuple[str, str, str], dice: random.Random) -> Triple:
    n, few, time = dice.choice([dice.randint(1, 99), dice.randint(100, 999)]), dice.randint(2, 9), dice.randint(1, 36)
    nom, gen, acc = goods.ru
    one, one_acc, two, five = goods.pack.ru
    words = {
        "zh": goods.zh, "nom": nom, "gen": gen, "acc": acc, "en": goods.en, "Nom": nom[0].upper() + nom[1:],
        "En": goods.en[0].upper() + goods.en[1:], "n": n, "few": few, "time": time, "grams": dice.randint(1, 39) * 25,
        "mw": goods.pack.zh, "pack": one, "another": goods.pack.another, "pack_one": goods.pack.en[0],
        "packs": agreeing(n, one, two, five), "packs_acc": agreeing(n, one_acc, two, five),
        "packs_few": agreeing(few, one_acc, two, five), "pack_en": goods.pack.en[n != 1], "pack_en_few": goods.pack.en[1],
        "yuan": agreeing(n, "юань", "юаня", "юаней"), "roubles": agreeing(n, "рубль", "рубля", "рублей"),
        "months": agreeing(time, "месяц", "месяца", "месяцев"), "months_en": "month" if time == 1 else "months",
        "roubles_en": "rouble" if n == 1 else "roubles", "costs": "стоят" if goods.many else "стоит",
        "costs_en": "cost" if goods.many else "costs", "are": "is" if n == 1 else "are",
        "code": f"{dice.choice('ABCKMT')}{dice.choice('ABCKMT')}-{dice.randint(10, 999)}",
    }  # fmt: skip
    return Triple(*(side.format(**words) for side in mould))


def triples(seed: int = 7, each: int = 6) -> list[Triple]:
    """Different sentences in a mixed order: every mould with all goods, those with a number `each` times."""
    dice = random.Random(seed)
    made = {
        _made(goods, mould, dice)
        for mould in MOULDS
        for goods in GOODS
        for _ in range(each if any(mark in mould[0] for mark in ("{n}", "{few}", "{time}", "{grams}", "{code}")) else 1)
    }
    rows = sorted(made | set(LINES))
    dice.shuffle(rows)
    return rows


if __name__ == "__main__":
    import sys

    for row in triples():
        sys.stdout.write("\t".join(row) + "\n")
