"""Listings nobody would write, seeded: texts on and beyond every limit, four scripts, emoji, markup, odd prices, sizes and packs.

Most are whole with one or two faults or none, so that many of them pass a channel's rules; for tests and for bench/.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from service.listings.forms.form import Account
from service.listings.listing import Answer, Dimensions, Listing, Money, Picture, Variant

__all__ = ["CHANNELS", "account_for", "random_listing", "random_listings"]

CHANNELS = ("yandex_market", "ozon", "wildberries", "vk_market")

_SENTENCES = {
    "ru": "мёд липовый башкирский цветочный свежий в из для и со сгущённое молоко Ёлочка икра кетовая 500 г 0,5 л 12 шт",
    "zh": "椴树蜜 俄罗斯 进口 500克 野生 蓝莓 果酱 礼盒 1瓶 巧克力",
    "en": "Honey Royal Amur Tea 250g box of the best cocoa",
}
_WORDS = {name: text.split() for name, text in _SENTENCES.items()} | {
    "odd": ["🍯", "🔥🔥", "<b>мёд</b>", "<br>", "<p>", "№1", "100%", "«Лапочка»", "\u00a0", "e\u0301", "ТОВАР", "скидка", "www.med.ru", "\t", "—"],
}  # fmt: skip
_SIZES = (0, 1, 9, 10, 99, 100, 101, 999, 1000, 1500, 100_000, 100_001)
_LENGTHS = (0, 3, 4, 9, 10, 40, 59, 60, 61, 72, 73, 100, 101, 256, 257, 500, 501, 2000, 5001, 6001)
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-_./ЖЯ蜜"
_CODES = ("4600051000057", "46101111", "012345678905", "2000000000008", "RU-INTERNAL-7", "4006381333931")


def random_listings(channel: str, seed: int, count: int) -> Iterator[Listing]:
    """So many listings for a channel, the same for the same seed on every machine."""
    random = Random(f"{channel} {seed}")
    for at in range(count):
        yield random_listing(channel, random, at)


def random_listing(channel: str, random: Random, at: int = 0) -> Listing:
    """One listing for a channel. `at` makes its codes unlike those of others."""
    faulty = random.random() < 0.4
    text = _Text(random, faulty)
    code = _code(random, at, faulty)
    price, old = _money(random, faulty)
    variants: tuple[Variant, ...] = ()
    if channel == "wildberries" and random.random() < 0.7:
        variants = tuple(
            _variant(random, text, f"{code[:60]}-{one}", faulty) for one in range(_few(random, 30, faulty))
        )
    vats = ("10", "22", "none", "0", "5", "7", "20", "33") if faulty else ("10", "22", "none", "0", "5", "7")
    return Listing(
        code=code, title=text.of(60 if channel == "wildberries" else 100, least=4), languages=("ru",),
        description=text.of(2000, least=10), brand=random.choice(("", "Пасека", "ВОСТОК", "Amur & Co")) or ("Пасека" if not faulty else ""),
        tags=tuple(text.of(20) for _ in range(random.choice((0, 0, 3, 10)))),
        attributes={"Вкус": text.of(30)}, pictures=_pictures(random, channel, faulty), price=price, old_price=old,
        vat=None if random.random() < 0.2 else random.choice(vats),
        barcodes=tuple(random.choice(_CODES) for _ in range(random.choice((0, 1, 1, 2, 5)))),
        dimensions=_box(random, faulty), weight=_size(random, faulty),
        stock=random.choice((None, 0, 1, 7, 999_999, 100_000) if not faulty else (-1, 10**6, 2 * 10**9 + 1)), variants=variants,
        goods=frozenset({"food", "marked"} if random.random() < 0.3 else {"food"}), extras=_extras(random, faulty),
        answers=tuple(_answer(random, text, number) for number in range(random.choice((0, 1, 4, 12)))), product=f"card-{at}",
    )  # fmt: skip


def account_for(channel: str, listings: Iterator[Listing] | tuple[Listing, ...] = ()) -> Account:
    """A shop that knows everything about these listings."""
    refs: dict[str, dict[str, str]] = {}
    for at, listing in enumerate(listings, 1):
        for place, code in enumerate([one.code for one in listing.variants] or [listing.code]):
            number = str(at * 100 + place)
            photos = {f"photo_{photo}": str(photo) for photo in range(1, 6)}
            refs[code] = {"nm_id": number, "chrt_id": number, "sku": number, **photos}
    extras = {"business_id": "1234567", "owner_id": "-98765", "description_attribute": "4191"}
    return Account(f"{channel}-shop", "RUB", extras, {"heihe": "501", "blagoveshchensk": "502"}, refs)


class _Text:
    """Texts of words; faulty ones may be of any length and hold what may not stand there."""

    def __init__(self, random: Random, faulty: bool) -> None:
        self._random, self._faulty = random, faulty

    def of(self, most: int, *, least: int = 1) -> str:
        random = self._random
        length = random.choice(_LENGTHS) if self._faulty and random.random() < 0.3 else random.randint(least, most)
        kinds = ("ru", "zh", "en", "odd") if self._faulty else ("ru", "ru", "ru", "zh", "en")
        words: list[str] = []
        size = 0
        some = _WORDS[random.choice(kinds)] + (_WORDS["odd"] if self._faulty else [])
        while size < length:
            word = some[int(random.random() * len(some))]
            words.append(word)
            size += len(word) + 1
            if size > 300:  # a long text repeats itself
                text = " ".join(words)
                return (text * (length // len(text) + 1))[:length]
        told = " ".join(words)[:length]
        return told if self._faulty else told.strip().ljust(least, "ё")


def _code(random: Random, at: int, faulty: bool) -> str:
    length = (
        random.choice((1, 50, 51, 60, 72, 73, 255, 256)) if faulty and random.random() < 0.3 else random.randint(1, 20)
    )
    return f"{at:x}-" + "".join(random.choice(_SIGNS) for _ in range(length))


def _money(random: Random, faulty: bool) -> tuple[Money | None, Money | None]:
    if random.random() < 0.05:
        return None, None
    currency = random.choice(("RUB", "RUB", "CNY", "USD")) if faulty else "RUB"
    amount = (
        random.choice((0, 1, 99, 150, 39_900, 40_000, 1_000_050, 10**14, 10**12))
        if faulty
        else random.randint(1, 10**5) * 100
    )
    if random.random() < 0.5:
        return Money(amount, currency), None
    over = (
        random.choice((0, 1, 2000, amount, amount * 200))
        if faulty
        else random.randint(amount // 10, amount) // 100 * 100 + 60_000
    )
    return Money(amount, currency), Money(amount + over, currency)


def _size(random: Random, faulty: bool) -> int | None:
    if faulty:
        return random.choice((None, *_SIZES, 10**9))
    return random.randint(1, 3000)


def _box(random: Random, faulty: bool) -> Dimensions | None:
    sides = [_size(random, faulty) for _ in range(3)]
    return None if None in sides else Dimensions(*(one or 0 for one in sides))


def _few(random: Random, most: int, faulty: bool) -> int:
    return random.choice((most, most + 1)) if faulty and random.random() < 0.1 else random.choice((1, 2, 3, 3, 5))


def _variant(random: Random, text: _Text, code: str, faulty: bool) -> Variant:
    price, old = _money(random, faulty)
    label = random.choice((f"{random.randint(1, 2000)} г", "3 шт. по 0,5 л", text.of(70)))
    return Variant(
        code, {"Фасовка": label} if random.random() < 0.9 else {}, (random.choice(_CODES),) if random.random() < 0.7 else (), price, old,
        random.choice((None, 0, 5)), _box(random, faulty) if random.random() < 0.5 else None, _size(random, faulty),
    )  # fmt: skip


def _pictures(random: Random, channel: str, faulty: bool) -> tuple[Picture, ...]:
    count = random.choice((0, 1, 15, 30, 31, 51)) if faulty else random.randint(1, 5)
    side = random.choice((99, 199, 700, 900, 7681)) if faulty else 1200
    kind = random.choice(("jpg", "png", "webp", "heic")) if faulty else "jpg"
    return tuple(
        Picture(kind, side, 1200, 200_000, f"{channel}{at}", f"https://cdn.example/{channel}/{at}.{kind}")
        for at in range(count)
    )


def _extras(random: Random, faulty: bool) -> dict[str, str]:
    told = {"category": str(random.randint(1, 10**9)), "type": "970895715", "subject": "1234", "tnved": "0409000000", "country": "Россия", "marked": "true"}  # fmt: skip
    if faulty and random.random() < 0.5:
        told[random.choice(list(told))] = random.choice(("", "0", "-1", "мёд", "١٢", "12.5", "9" * 30))
    return told


def _answer(random: Random, text: _Text, number: int) -> Answer:
    kind = random.choice(("text", "number", "choice", "yes"))
    attribute = str(1000 + number)
    if kind == "number":
        words = random.choice(("0", "12", "0.5", "12,75", "1e3", "-7"))
        return Answer(attribute, "Масса", "number", ((None, words),), random.choice((None, "37")))
    if kind == "choice":
        values = tuple((str(random.randint(1, 10**9)), text.of(20)) for _ in range(random.choice((1, 2, 3))))
        return Answer(attribute, "Вкус", "choice", values, None, random.choice((None, None, "100001")))
    if kind == "yes":
        return Answer(attribute, "Органик", "yes", ((None, "true"),))
    return Answer(attribute, "Состав", "text", ((None, text.of(200)),))
