"""Pictures: what may be kept, what is taken away from it, where it is shown, who sees it."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import select
from starlette.testclient import TestClient

from service.app import create_app
from service.catalog.media import checking
from service.catalog.media.checking import (
    Broken,
    Moving,
    NoPicture,
    NotOnlyAPicture,
    TooHeavy,
    TooManyPixels,
    TooSmall,
    check_picture,
)
from service.catalog.media.keeping import drop_unshown, keep_checked, keep_picture, pictures_of, put_on_card, take_off
from service.catalog.media.models import Media
from service.database import Database, now
from service.errors import DomainError, NotFound
from service.people.audit import AuditEntry
from service.people.operating import acting
from service.settings import Settings
from service.webhooks.models import Event
from tests.crew import DIGESTS, PICTURES, bearer
from tests.pictures import digest_of, drawn, opened, photo, saved

FORMS = ("JPEG", "PNG", "WEBP")
CARD = "beian-waxy-corn"
PLACE = {"GPS": b"\x17\x17", "maker": b"Tiny Phone Works", "words": b"Lena at home"}


def _exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x013B] = orientation, PLACE["maker"].decode(), PLACE["words"].decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 14.0, 23.0), 3: "E", 4: (127.0, 31.0, 23.0)})
    return exif


def _telling(form: str, orientation: int = 1, **how: Any) -> bytes:
    """A picture that tells where and by whom it was taken, in every place its form has for that."""
    how |= {"exif": _exif(orientation).tobytes(), "xmp": b"<x:xmpmeta>" + PLACE["words"] + b"</x:xmpmeta>"}
    if form == "PNG":
        told = PngInfo()
        told.add_text("Author", PLACE["words"].decode())
        told.add_itxt("XML:com.adobe.xmp", PLACE["words"].decode())
        how = {"exif": how["exif"], "pnginfo": told}
    if form == "JPEG":
        how["comment"] = PLACE["words"]
    if form == "WEBP":
        how["lossless"] = True
    return photo(form, (400, 300), **how)


# What is kept.


@pytest.mark.parametrize("form", FORMS)
def test_a_real_picture_is_kept_pixel_by_pixel(form: str) -> None:
    content = photo(form)
    kept = check_picture("by no means a picture.txt", content)
    assert kept.type == f"image/{form.lower()}"
    assert (kept.width, kept.height) == (800, 600)
    assert opened(kept.content).tobytes() == opened(content).tobytes()
    assert kept.digest == digest_of(kept.content)
    assert check_picture("again", kept.content).digest == kept.digest


@pytest.mark.parametrize("form", FORMS)
def test_nothing_tells_where_when_and_by_whom_it_was_taken(form: str) -> None:
    content = _telling(form, orientation=6)
    assert PLACE["maker"] in content
    kept = check_picture("x", content)
    image = opened(kept.content)
    assert dict(image.getexif()) == ({0x0112: 6} if form != "WEBP" else {})
    assert not image.getexif().get_ifd(0x8825)
    for words in (PLACE["maker"], PLACE["words"], b"xmp"):
        assert words not in kept.content
        assert words not in kept.medium
    assert ImageOps.exif_transpose(image).tobytes() == ImageOps.exif_transpose(opened(content)).tobytes()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright_however_the_phone_was_held(form: str, orientation: int) -> None:
    content = drawn(form, (300, 200), exif=_exif(orientation).tobytes(), **({"quality": 95} if form != "PNG" else {}))
    kept = check_picture("x", content)
    upright = ImageOps.exif_transpose(opened(content))
    assert (kept.width, kept.height) == upright.size == ImageOps.exif_transpose(opened(kept.content)).size
    medium = opened(kept.medium)
    assert medium.size == upright.size
    for x in (0.2, 0.8):
        for y in (0.2, 0.8):
            place = int(x * upright.width), int(y * upright.height)
            seen, wanted = medium.getpixel(place), upright.convert("RGB").getpixel(place)
            assert all(abs(a - b) < 24 for a, b in zip(seen, wanted, strict=True)), place


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [(2000, 1000), (700, 1400), (64, 64), (640, 640), (64, 3000)])
def test_renditions_fit_and_keep_the_proportions(form: str, size: tuple[int, int]) -> None:
    kept = check_picture("x", drawn(form, size))
    for rendition, most in ((kept.medium, 640), (kept.small, 160)):
        image = opened(rendition)
        assert image.format == "WEBP"
        scale = min(1, most / max(size))
        assert all(abs(side - whole * scale) <= 1 for side, whole in zip(image.size, size, strict=True)), image.size


@pytest.mark.parametrize(
    ("mode", "form", "colour", "seen"),
    [
        ("L", "PNG", 128, (128, 128, 128)), ("1", "PNG", 1, (255, 255, 255)), ("I;16", "PNG", 128 * 257, (128, 128, 128)),
        ("RGBA", "PNG", (200, 30, 30, 255), (200, 30, 30)), ("LA", "PNG", (90, 255), (90, 90, 90)),
        ("P", "PNG", 5, None), ("CMYK", "JPEG", (0, 0, 0, 0), (255, 255, 255)), ("L", "JPEG", 60, (60, 60, 60)),
        ("RGBA", "WEBP", (200, 30, 30, 255), (200, 30, 30)),
    ],
)  # fmt: skip
def test_every_kind_of_pixels_is_seen_as_it_is(mode: str, form: str, colour: Any, seen: Any) -> None:
    content = saved(Image.new(mode, (900, 700), colour), form)
    medium = opened(check_picture("x", content).medium).convert("RGB")
    wanted = seen or opened(content).convert("RGB").getpixel((450, 350))
    assert all(abs(a - b) <= 6 for a, b in zip(medium.getpixel((320, 240)), wanted, strict=True))


def test_transparency_stays_and_hidden_colours_do_not_bleed() -> None:
    image = Image.new("RGBA", (1300, 1300), (0, 255, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 651, 1300))
    medium = opened(check_picture("x", saved(image, "PNG")).medium)
    assert medium.mode == "RGBA"
    assert medium.getpixel((600, 300))[3] == 0
    assert medium.getpixel((300, 300))[3] == 255
    assert medium.getpixel((318, 300))[1] < 60


def test_the_colour_profile_is_kept_and_renditions_are_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()  # cannot be applied: passed over
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for form in FORMS:
        for given in (profile, srgb, b"no profile at all"):
            kept = check_picture("x", photo(form, (200, 200), icc_profile=given))
            assert opened(kept.content).info["icc_profile"] == given
            assert "icc_profile" not in opened(kept.medium).info


@pytest.mark.parametrize("form", FORMS)
def test_what_follows_the_end_of_the_picture_is_left_behind(form: str) -> None:
    content = photo(form)
    assert (
        check_picture("x", content + b"<script>" + photo("JPEG", (64, 64))).content
        == check_picture("x", content).content
    )


# What is refused.


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"exif": _exif(6).tobytes()}, {"restart_marker_rows": 1}])
def test_a_jpeg_cut_off_anywhere_is_refused(how: dict[str, Any]) -> None:
    content = photo("JPEG", **how)
    for tenth in range(10):
        with pytest.raises((Broken, NoPicture)):
            check_picture("cut.jpg", content[: len(content) * tenth // 10])
    for missing in (1, 2, 3, 50):
        with pytest.raises(Broken):
            check_picture("cut.jpg", content[:-missing])


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_png_or_webp_cut_off_anywhere_is_refused(form: str) -> None:
    content = photo(form)
    for tenth in range(10):
        with pytest.raises((Broken, NoPicture)):
            check_picture("cut", content[: len(content) * tenth // 10])
    with pytest.raises(Broken):
        check_picture("cut", content[:-1])


@pytest.mark.parametrize("form", FORMS)
def test_no_single_damaged_byte_breaks_anything_but_the_picture(form: str) -> None:
    content = photo(form, (70, 70), **({"quality": 50} if form != "PNG" else {}))
    refused = 0
    for at in [*range(min(700, len(content))), *range(700, len(content), 97)]:
        try:
            check_picture("x", content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        except DomainError:
            refused += 1
    assert refused > (100 if form == "PNG" else 20)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "неизвестный"), (b"MZ" + b"\0" * 300, "неизвестный"), (b"%PDF-1.7 \n", "PDF"), (b"GIF89a" + b"\0" * 40, "GIF"),
        (b"\0\0\0\x1cftypheic\0\0\0\0", "HEIC"), (b"\0\0\0\x1cftypavif\0\0\0\0", "AVIF"), (b" <svg xmlns='x'/>", "SVG"),
        (saved(Image.new("RGB", (80, 80)), "GIF"), "GIF"), (saved(Image.new("RGB", (80, 80)), "BMP"), "BMP"),
        (saved(Image.new("RGB", (80, 80)), "TIFF"), "TIFF"), (b"\xff\xd8\xfe", "неизвестный"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_told_by_its_content_not_by_its_name(content: bytes, found: str) -> None:
    with pytest.raises(NoPicture) as refused:
        check_picture("фото.jpg", content)
    said = refused.value.say("ru")
    assert "фото.jpg" in said
    assert found in said


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_that_is_an_archive_too_is_refused(form: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("program.js", "alert(1)")
    with pytest.raises(NotOnlyAPicture):
        check_picture("x", photo(form) + packed.getvalue())


def test_an_archive_or_page_hidden_inside_is_not_kept() -> None:
    hidden = b"<?php system($_GET['x']); ?><script>alert(1)</script>"
    told = PngInfo()
    told.add_text("Comment", hidden.decode())
    for content in (photo("JPEG", comment=hidden), photo("PNG", pnginfo=told), photo("WEBP", xmp=hidden)):
        assert hidden in content
        assert hidden not in check_picture("x", content).content


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_an_animation_is_refused(form: str) -> None:
    frames = [Image.new("RGB", (90, 90), colour) for colour in ("red", "green", "blue")]
    with pytest.raises(Moving):
        check_picture("x", saved(frames[0], form, save_all=True, append_images=frames[1:], duration=100))


@pytest.mark.parametrize("size", [(63, 500), (500, 63), (1, 1)])
def test_a_picture_nobody_could_see_anything_on_is_refused(size: tuple[int, int]) -> None:
    for form in FORMS:
        with pytest.raises(TooSmall):
            check_picture("x", saved(Image.new("RGB", size), form))


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that would be gigabytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = zlib.compress(b"\0" * 4_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_bomb_is_refused_before_anything_is_decoded() -> None:
    jpeg = bytearray(photo("JPEG", (100, 100)))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", 65000, 65000)
    webp = bytearray(photo("WEBP", (100, 100), lossless=True))
    webp[21:25] = (16382 | 16382 << 14).to_bytes(4, "little")
    for content in (_bomb(50_000, 50_000), _bomb(2**31 - 1, 2**31 - 1), bytes(jpeg), bytes(webp)):
        began = time.perf_counter()
        with pytest.raises(TooManyPixels):
            check_picture("x", content)
        assert time.perf_counter() - began < 0.1
    for content in (_bomb(0, 100), _bomb(100, 0)):
        with pytest.raises(TooSmall):
            check_picture("x", content)


def test_a_header_that_promises_other_pixels_than_there_are_is_refused() -> None:
    with pytest.raises(Broken):
        check_picture("x", _bomb(5000, 5000))


def test_many_tiny_parts_or_scans_do_not_keep_the_service_busy() -> None:
    jpeg = drawn("JPEG", (800, 800), progressive=True)
    at = jpeg.rindex(b"\xff\xda")
    scan = jpeg[at:-2]
    for content in (
        jpeg[:-2] + scan * 200 + b"\xff\xd9",
        b"\xff\xd8" + b"\xff\xfe\0\2" * 2_000_000,
        b"\x89PNG\r\n\x1a\n" + (b"\0\0\0\0zzzz" + struct.pack(">I", zlib.crc32(b"zzzz"))) * 500_000,
    ):
        began = time.perf_counter()
        with pytest.raises(Broken):
            check_picture("x", content)
        assert time.perf_counter() - began < 1


def test_a_heavy_file_is_refused(monkeypatch: Any) -> None:
    assert checking.MOST_BYTES == 20_000_000
    content = photo("JPEG")
    with pytest.raises(TooHeavy, match=r"20\.0 MB"):
        check_picture("x", content + b"\0" * (checking.MOST_BYTES - len(content) + 1))


# Where it is kept and shown.


def _keep(session: Any, *colours: str) -> list[str]:
    return [keep_picture(session, name=f"{c}.png", content=drawn(colour=c)).digest for c in colours]


def _seen(session: Any, key: str = CARD) -> list[tuple[str, str, int]]:
    return [(one.media.name.removesuffix(".png"), one.role, one.position) for one in pictures_of(session, key)]


def test_the_same_content_is_kept_once(stocked: Database) -> None:
    content = _telling("JPEG")
    with stocked.writing() as session:
        first = keep_picture(session, name="a.jpg", content=content)
        assert keep_picture(session, name="b.jpg", content=content).id == first.id
    with stocked.writing() as session:  # and told as one act
        assert keep_picture(session, name="c.jpg", content=content + b"tail").id == first.id
        kept = session.scalars(select(Media)).one()
        assert (kept.name, kept.size, kept.width) == ("a.jpg", len(kept.content), 400)
        acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "picture.kept")).all()
        assert [act.thing for act in acts] == [kept.digest]


def test_a_card_has_one_main_picture_which_comes_first(stocked: Database) -> None:
    with stocked.writing() as session:
        a, b, c = _keep(session, "red", "green", "blue")
        for digest in (a, b, c):
            put_on_card(session, CARD, digest=digest)
        assert _seen(session) == [("red", "main", 1), ("green", "gallery", 2), ("blue", "gallery", 3)]
        put_on_card(session, CARD, digest=c, role="main")
        assert _seen(session) == [("blue", "main", 1), ("red", "gallery", 2), ("green", "gallery", 3)]
        put_on_card(session, CARD, digest=b, position=2)
        assert _seen(session) == [("blue", "main", 1), ("green", "gallery", 2), ("red", "gallery", 3)]
        put_on_card(session, CARD, digest=c, role="gallery")
        assert [role for _, role, _ in _seen(session)].count("main") == 1
        assert _seen(session)[0][0] != "blue"
        put_on_card(session, CARD, digest=a, role="label", position=1)
        assert ("red", "label", 2) in _seen(session)
        take_off(session, CARD, digest=b)
        assert _seen(session)[0] == ("blue", "main", 1)
        take_off(session, CARD, digest=c)
        assert _seen(session) == [("red", "label", 1)]


def test_words_stay_until_they_are_changed_and_never_cross_the_river(stocked: Database) -> None:
    with stocked.writing() as session:
        [digest] = _keep(session, "red")
        put_on_card(session, CARD, digest=digest, alt={"zh": "红色\x00\n包装 "})
        put_on_card(session, CARD, digest=digest, role="main")
        one = pictures_of(session, CARD)[0]
        assert (one.alt_zh, one.alt_ru) == ("红色 包装", None)
        put_on_card(session, CARD, digest=digest, alt={"zh": None, "ru": "Красная упаковка"})
    with stocked.reading() as session:
        one = pictures_of(session, CARD)[0]
        assert (one.alt_zh, one.alt_ru) == (None, "Красная упаковка")


def test_every_change_is_on_record_and_what_changes_nothing_is_not(stocked: Database) -> None:
    with stocked.writing() as session:
        [digest] = _keep(session, "red")
        put_on_card(session, CARD, digest=digest)
        session.flush()
        put_on_card(session, CARD, digest=digest, role="main")
        put_on_card(session, CARD, digest=digest, alt={"ru": "Красная"})
        take_off(session, CARD, digest=digest)
    with stocked.reading() as session:
        query = select(AuditEntry.action).where(AuditEntry.thing == CARD).order_by(AuditEntry.number)
        assert list(session.scalars(query)) == ["picture.shown", "picture.changed", "picture.withdrawn"]
        assert [event.data for event in session.scalars(select(Event))] == [{"product": CARD}] * 3


def test_several_at_once_keep_one_picture_and_leave_one_main_one(stocked: Database) -> None:
    def work(number: int) -> None:
        for colour in ("red", f"#00{number}"):
            picture = check_picture(f"{colour}.png", drawn(colour=colour))
            with stocked.writing() as session:
                kept = keep_checked(session, picture)
                put_on_card(session, CARD, digest=kept.digest, role="main")

    with ThreadPoolExecutor(4) as several:
        list(several.map(work, range(4)))
    with stocked.reading() as session:
        assert len(session.scalars(select(Media)).all()) == 5
        assert sorted(role for _, role, _ in _seen(session)) == ["gallery"] * 4 + ["main"]
        assert [position for _, _, position in _seen(session)] == [1, 2, 3, 4, 5]


def test_pictures_nobody_shows_are_swept_away_after_a_week(stocked: Database) -> None:
    with stocked.writing() as session:
        a, b, c = _keep(session, "red", "green", "blue")
        put_on_card(session, CARD, digest=a)
        for media in session.scalars(select(Media).where(Media.digest.in_([a, b]))):
            media.at = now() - timedelta(days=8)
    with stocked.writing() as session:
        assert drop_unshown(session) == 1
        assert set(session.scalars(select(Media.digest))) == {a, c}
        assert drop_unshown(session) == 0


def test_a_picture_that_is_not_there_or_a_card_that_is_not_there(stocked: Database) -> None:
    with stocked.writing() as session:
        [digest] = _keep(session, "red")
        for key, wanted in ((CARD, "0" * 64), ("no-such-card", digest)):
            with pytest.raises(NotFound):
                put_on_card(session, key, digest=wanted)
            with pytest.raises(NotFound):
                take_off(session, key, digest=wanted)


# Over HTTP.


@pytest.fixture
def town(server: Any, tmp_path: Path) -> Iterator[tuple[TestClient, Any, Database]]:
    url = server.create("manned")
    app = create_app(Settings(database_url=url, secret_file=tmp_path / "key", log_level="ERROR", workers=0))
    database = Database(url)

    def of(key: str, role: str = "merchant") -> Any:
        return bearer(server.tokens[key, role])

    with TestClient(app) as client:
        yield client, of, database
    database.close()


def test_a_picture_is_sent_put_on_a_card_changed_fetched_and_taken_off(town: Any) -> None:
    client, of, _ = town
    mine = of("amur")
    content = _telling("JPEG", orientation=6)
    sent = client.post("/api/v1/media?name=фото.jpg", content=content, headers=mine | {"content-type": "image/jpeg"})
    assert sent.status_code == 201, sent.text
    kept = sent.json()
    assert (kept["width"], kept["height"], kept["type"]) == (300, 400, "image/jpeg")
    assert client.post("/api/v1/media?name=x", content=content, headers=mine).json()["digest"] == kept["digest"]
    place = f"/api/v1/products/amur-secret/pictures/{kept['digest']}"
    put = client.put(place, json={"role": "main", "alt": {"ru": "Плитка"}}, headers=mine)
    assert put.json() | {"name": "", "digest": "", "size": 0} == {
        "digest": "", "name": "", "type": "image/jpeg", "size": 0, "width": 300, "height": 400, "role": "main",
        "position": 1, "alt": {"zh": None, "ru": "Плитка"},
    }  # fmt: skip
    put = client.put(place, json={"alt": {"zh": "巧克力"}}, headers=mine)
    assert put.json()["alt"] == {"zh": "巧克力", "ru": "Плитка"}
    listed = client.get("/api/v1/products/amur-secret/pictures", headers=mine).json()["items"]
    assert [(one["digest"], one["role"]) for one in listed] == [(kept["digest"], "main"), (DIGESTS["amur"], "gallery")]
    assert client.delete(place, headers=mine).status_code == 204
    assert client.delete(place, headers=mine).status_code == 404
    assert client.put(place, json={"role": "cover"}, headers=mine).status_code == 422


def test_a_picture_is_fetched_in_three_sizes_and_once_only(town: Any) -> None:
    client, of, _ = town
    place = f"/api/v1/media/{DIGESTS['amur']}"
    for size, kind in (("original", "image/png"), ("medium", "image/webp"), ("small", "image/webp")):
        answer = client.get(f"{place}?size={size}", headers=of("amur", "streamer"))
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kind
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert opened(answer.content).format == kind.removeprefix("image/").upper()
        again = client.get(f"{place}?size={size}", headers=of("amur") | {"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]
    assert client.get(place, headers=of("amur")).content == PICTURES["amur"]
    assert client.get(place, headers=of("amur")).headers["etag"] == f'"{DIGESTS["amur"]}"'
    assert client.get(f"{place}?size=huge", headers=of("amur")).status_code == 422


def test_pictures_of_others_are_not_there_unless_their_catalogue_is_shared(town: Any) -> None:
    client, of, database = town
    theirs = f"/api/v1/media/{DIGESTS['heihe']}"
    for caller in (of("amur"), of("amur", "admin"), of("park", "admin")):
        answer = client.get(theirs, headers=caller)
        assert answer.status_code == 404
        assert client.get(theirs, headers=caller | {"if-none-match": f'"{DIGESTS["heihe"]}"'}).status_code == 404
        assert client.get("/api/v1/products/heihe-secret/pictures", headers=caller).status_code == 404
    assert client.get(theirs).status_code == 401
    park = acting(database)
    with park.writing() as session:  # the park shares its catalogue
        [digest] = _keep(session, "red")
        put_on_card(session, CARD, digest=digest, alt={"zh": "红"})
    assert client.get(f"/api/v1/media/{digest}", headers=of("amur")).status_code == 200
    shared = client.get(f"/api/v1/products/{CARD}/pictures", headers=of("amur")).json()["items"]
    assert [one["alt"] for one in shared] == [{"zh": "红", "ru": None}]
    place = f"/api/v1/products/{CARD}/pictures/{digest}"
    assert client.delete(place, headers=of("amur")).status_code == 404
    assert client.put(place, json={"role": "label"}, headers=of("amur")).status_code == 404
    # Nor does a picture of the park's hang on amur's card: the park might take it away.
    assert client.put(f"/api/v1/products/amur-secret/pictures/{digest}", json={}, headers=of("amur")).status_code == 404
    with park.reading() as session:
        assert _seen(session) == [("red", "main", 1)]


def test_who_may_only_read_sends_nothing_and_a_refusal_says_what_to_do(town: Any) -> None:
    client, of, _ = town
    content = drawn(colour="#123")
    assert client.post("/api/v1/media?name=x", content=content).status_code == 401
    assert client.post("/api/v1/media?name=x", content=content, headers=of("amur", "streamer")).status_code == 403
    refused = client.post("/api/v1/media?name=x.jpg", content=b"GIF89a...", headers=of("amur"))
    assert refused.status_code == 422
    assert "GIF" in refused.json()["title"]
    assert "JPEG" in refused.json()["remedy"]
    assert (
        client.post("/api/v1/media?name=x", content=b"\xff\xd8\xff" * 7_000_000, headers=of("amur")).status_code == 413
    )


def test_the_command_puts_pictures_on_a_card(amurlive: Any, tmp_path: Path) -> None:
    assert amurlive("catalog", "import").returncode == 0
    (tmp_path / "one.jpg").write_bytes(photo("JPEG", (300, 200)))
    (tmp_path / "two.txt").write_bytes(drawn())
    done = amurlive("catalog", "picture", "one.jpg", "two.txt", "--card", CARD, "--alt-ru", "Плитка")
    assert done.returncode == 0, done.stderr
    assert "one.jpg" in done.stdout
    (tmp_path / "three.jpg").write_bytes(b"no picture")
    refused = amurlive("catalog", "picture", "three.jpg", "--card", CARD)
    assert refused.returncode == 1
    assert "three.jpg" in refused.stderr
    database = acting(Database(f"sqlite:///{tmp_path}/var/amurlive.db"))
    with database.reading() as session:
        assert [(one.media.name, one.role, one.alt_ru) for one in pictures_of(session, CARD)] == [
            ("one.jpg", "main", "Плитка"), ("two.txt", "gallery", "Плитка"),
        ]  # fmt: skip
    database.close()
