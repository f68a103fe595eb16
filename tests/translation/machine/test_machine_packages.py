"""Packages are looked into before they are installed, and come and go while the service runs. Argos's own installer unpacks them."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from service.translation.machine import NoModel, PackageRefused, Worker, install, packages, remove, route, translate
from tests.translation.machine.conftest import MODELS
from tests.translation.machine.crafting import looping, repacked

ZH_RU = MODELS / "zh_ru.argosmodel"


def test_a_package_is_listed_with_what_people_want_to_know(all_installed: Path) -> None:
    assert [one.direction for one in packages(all_installed)] == ["en_ru", "ru_zh", "zh_en", "zh_ru"]
    package = packages(all_installed)[-1]
    assert (package.version, package.licence, package.file) == ("0.1", "CC0-1.0", "zh_ru.argosmodel")
    assert package.sha256 == hashlib.sha256(ZH_RU.read_bytes()).hexdigest()
    assert package.size > 400_000
    assert package.synthetic


def test_the_checksum_of_the_publisher_is_compared(tmp_path: Path) -> None:
    digest = hashlib.sha256(ZH_RU.read_bytes()).hexdigest()
    with pytest.raises(PackageRefused, match=digest):
        install(ZH_RU, folder=tmp_path, sha256="0" * 64, allow_synthetic=True)
    assert packages(tmp_path) == []
    assert (
        install(ZH_RU, folder=tmp_path, sha256=digest.upper(), allow_synthetic=True, licence="CC BY").licence == "CC BY"
    )


def test_a_test_model_is_no_translator_unless_one_insists(tmp_path: Path) -> None:
    with pytest.raises(PackageRefused, match="synthetic"):
        install(ZH_RU, folder=tmp_path)


def test_what_is_removed_is_gone(having: Callable[..., Path]) -> None:
    folder = having("zh_ru", "ru_zh")
    assert remove("zh", "ru", folder=folder).direction == "zh_ru"
    assert [one.direction for one in packages(folder)] == ["ru_zh"]
    with pytest.raises(NoModel, match="ru_zh"):
        remove("zh", "ru", folder=folder)


def test_stray_folders_and_damaged_packages_are_passed_over(having: Callable[..., Path]) -> None:
    """Argos itself stops for all packages at one folder without metadata."""
    folder = having("zh_ru", "ru_zh")
    (folder / "packages" / "stray").mkdir()
    (folder / "packages" / "odd").mkdir()
    (folder / "packages" / "odd" / "installed.json").write_text('{"files": 1}', encoding="utf-8")
    weights = next((folder / "packages").glob("ru_zh-*")) / "model" / "model.bin"
    os.truncate(weights, 1000)
    assert [one.direction for one in packages(folder)] == ["zh_ru"]


def test_a_newer_package_takes_over_in_a_living_process(
    having: Callable[..., Path], tmp_path: Path, worker: Worker
) -> None:
    """Argos keeps the old translator in a global list for as long as its process lives."""
    folder = having("zh_ru")
    before = translate(["谢谢大家。"], source="zh", target="ru", folder=folder, worker=worker)[0]
    assert before.text == "Спасибо всем."
    newer = repacked(tmp_path / "newer.argosmodel", package_version="1.2")
    install(newer, folder=folder, allow_synthetic=True)
    after = translate(["谢谢大家。"], source="zh", target="ru", folder=folder, worker=worker)[0]
    assert "zh_ru 1.2" in after.engine
    assert "zh_ru 0.1" in before.engine
    assert len(list((folder / "packages").iterdir())) == 1
    install(looping(tmp_path / "looping.argosmodel"), folder=folder, allow_synthetic=True)
    other = translate(["谢谢大家。"], source="zh", target="ru", folder=folder, worker=worker)[0]
    assert other.text != "Спасибо всем."


def test_the_way_is_direct_or_through_english(having: Callable[..., Path]) -> None:
    folder = having("zh_ru", "zh_en", "en_ru")
    assert route("zh", "ru", folder=folder).label == "zh>ru"
    remove("zh", "ru", folder=folder)
    assert route("zh", "ru", folder=folder).label == "zh>en>ru"
    assert route("zh", "ru", folder=folder).engine(4).count(packages(folder)[0].sha256[:12]) == 1
    remove("en", "ru", folder=folder)
    with pytest.raises(NoModel, match="amurlive translate install"):
        route("zh", "ru", folder=folder)


def _zip(path: Path, names: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return path


def _link(path: Path) -> Path:
    repacked(path)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("translate-zh_ru-0_1/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return path


def _cut(path: Path, keep: float) -> Path:
    content = ZH_RU.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    return path


def _flipped(path: Path) -> Path:
    content = bytearray(ZH_RU.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    return path


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty": (lambda path: (path.write_bytes(b"") and path) or path, "no whole"),
    "text": (lambda path: (path.write_text("hello") and path) or path, "no whole"),
    "cut short": (lambda path: _cut(path, 0.6), "no whole"),
    "damaged": (_flipped, "damaged|no whole"),
    "climbs out": (lambda path: repacked(path, add={"translate-zh_ru-0_1/../../evil": b"x"}), "unsafe"),
    "absolute": (lambda path: repacked(path, add={"/etc/evil": b"x"}), "unsafe"),
    "backslash": (lambda path: repacked(path, add={"translate-zh_ru-0_1\\..\\evil": b"x"}), "unsafe"),
    "link": (_link, "unsafe"),
    "twice": (lambda path: repacked(path, add={"translate-zh_ru-0_1/METADATA.json": b"{}"}), "unsafe"),
    "two folders": (lambda path: repacked(path, add={"other/file": b"x"}), "one folder"),
    "no folder": (lambda path: _zip(path, {"metadata.json": b"{}"}), "one folder"),
    "bomb": (lambda path: repacked(path, add={"translate-zh_ru-0_1/zeros": bytes(60_000_000)}), "unpacked it would take 60 MB"),
    "many files": (lambda path: repacked(path, add={f"translate-zh_ru-0_1/{n}": b"" for n in range(600)}), "files"),
    "no metadata": (lambda path: repacked(path, leave_out="metadata"), "metadata.json is missing"),
    "list": (lambda path: repacked(path, replace={"metadata.json": b"[1]"}), "no JSON object"),
    "deep": (lambda path: repacked(path, replace={"metadata.json": b"[" * 60_000}), "no JSON object"),
    "not utf-8": (lambda path: repacked(path, replace={"metadata.json": b"\xff\xfe{"}), "no JSON object"),
    "wrong languages": (lambda path: repacked(path, to_code="fr"), "from zh to fr"),
    "no language": (lambda path: repacked(path, from_code=None), "no pair"),
    "to itself": (lambda path: repacked(path, to_code="zh"), "from zh to zh"),
    "splitter": (lambda path: repacked(path, type="sbd"), "no pair"),
    "version": (lambda path: repacked(path, package_version="../1"), "no version"),
    "no weights": (lambda path: repacked(path, leave_out="model/model.bin"), "model.bin"),
    "no words": (lambda path: repacked(path, leave_out="model/shared"), "vocabulary"),
    "no pieces": (lambda path: repacked(path, leave_out="sentencepiece"), "sentencepiece"),
    "weights cut": (lambda path: repacked(path, replace={"model/model.bin": b"\x06\x00\x00\x00" * 90}), "cannot be loaded"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_and_nothing_changes(name: str, tmp_path: Path) -> None:
    make, reason = BAD[name]
    file, folder = make(tmp_path / "bad.argosmodel"), tmp_path / "mt"
    with pytest.raises(PackageRefused, match=reason) as refused:
        install(file, folder=folder, allow_synthetic=True)
    assert "Fetch the package again" in str(refused.value)
    assert packages(folder) == []
    assert {path.name for path in tmp_path.rglob("*")} & {"evil", "link", "zeros"} == set()
    assert [path.name for path in folder.iterdir()] == [".lock"]


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        install(tmp_path / "none.argosmodel", folder=tmp_path / "mt")


def test_argos_writes_nothing_into_the_home_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    install(ZH_RU, folder=tmp_path / "mt", allow_synthetic=True)
    assert list((tmp_path / "home").iterdir()) == []
    record = next((tmp_path / "mt").glob("packages/*/installed.json"))
    assert json.loads(record.read_text(encoding="utf-8"))["source"] == "zh"
