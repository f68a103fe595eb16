"""Looks into an .argosmodel file before anything of it is unpacked: only what is safe, whole and ours to use passes.

Argos itself checks nothing but that the file is a zip. Whether the weights can be loaded is tried later, in the process that unpacks them.
"""

from __future__ import annotations

import json
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from service.i18n import N_, Message

__all__ = ["LANGUAGES", "SYNTHETIC", "Described", "Unfit", "look_into"]

LANGUAGES = ("zh", "ru", "en")
SYNTHETIC = "synthetic-test"
"""What the metadata of test models say in `code`."""

MAX_FILES, MAX_UNPACKED, MAX_RATIO = 500, 3 * 2**30, 25
"""The largest published packages have about 60 files and 500 MB; weights hardly shrink, so a high ratio is a bomb (above 20 MB)."""
_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,3}")
_CODE = re.compile(r"[a-z]{2,3}")
_VOCABULARIES = ({"shared_vocabulary"}, {"source_vocabulary", "target_vocabulary"})


class Unfit(Exception):
    """Why the file may not be installed."""

    def __init__(self, reason: str, **facts: object) -> None:
        self.reason = Message(reason, facts)
        super().__init__(str(self.reason))


@dataclass(frozen=True)
class Described:
    """What a package says of itself. `licence` and `code` are empty where it says nothing."""

    top: str
    source: str
    target: str
    version: str
    licence: str
    code: str
    unpacked: int


def look_into(path: Path) -> Described:
    """What the package holds. Raises Unfit. Reads every byte once, so that a damaged file is found before it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            top = _safe(members)
            names = {member.filename.removeprefix(top + "/"): member for member in members}
            described = _described(archive, names, top, sum(member.file_size for member in members))
            _complete(names)
            if (damaged := archive.testzip()) is not None:
                raise Unfit(N_("{name} is damaged"), name=damaged)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        UnicodeError,
    ) as error:
        raise Unfit(N_("it is no whole .argosmodel file ({error})"), error=error) from None
    return described


def _safe(members: list[zipfile.ZipInfo]) -> str:
    """The one folder everything lies in; sizes and paths are looked at before any byte."""
    if len(members) > MAX_FILES:
        raise Unfit(N_("it holds {count} files, at most {most} are taken"), count=len(members), most=MAX_FILES)
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > MAX_UNPACKED or (unpacked > 20_000_000 and unpacked > MAX_RATIO * max(packed, 1)):
        raise Unfit(N_("unpacked it would take {size} MB, which no package does"), size=unpacked // 10**6)
    seen: set[str] = set()
    for member in members:
        name = member.filename
        parts = PurePosixPath(name).parts
        kind = stat.S_IFMT(member.external_attr >> 16)
        plain = kind in (0, stat.S_IFREG, stat.S_IFDIR) and not member.flag_bits & 0x1
        clean = (
            not re.search(r"[\x00-\x1f\\:]", name)
            and not name.startswith("/")
            and ".." not in parts
            and name == member.orig_filename
        )
        if not (plain and clean and parts) or name.lower() in seen:
            raise Unfit(N_("it holds the unsafe path {name}"), name=ascii(name))
        seen.add(name.lower())
    tops = {PurePosixPath(member.filename).parts[0] for member in members}
    if len(tops) != 1 or all("/" not in member.filename for member in members):
        raise Unfit(N_("everything must lie in one folder, it holds {count}"), count=len(tops))
    return tops.pop()


def _described(archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo], top: str, unpacked: int) -> Described:
    member = names.get("metadata.json")
    if member is None or member.file_size > 65536:
        raise Unfit(N_("metadata.json is missing"))
    try:
        said: Any = json.loads(archive.read(member))
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Unfit(N_("metadata.json is no JSON object"))
    version, source, target = (str(said.get(key) or "") for key in ("package_version", "from_code", "to_code"))
    if said.get("type", "translate") != "translate" or not (_CODE.fullmatch(source) and _CODE.fullmatch(target)):
        raise Unfit(N_("metadata.json tells no pair of languages (from_code, to_code)"))
    if source not in LANGUAGES or target not in LANGUAGES or source == target:
        raise Unfit(
            N_("it leads from {source} to {target}; only Chinese, Russian and English are used here"),
            source=source,
            target=target,
        )
    if not _VERSION.fullmatch(version):
        raise Unfit(N_("metadata.json tells no version such as 1.9 (package_version)"))
    licence = said.get("license") or said.get("licence") or ""
    code = said.get("code") or ""
    return Described(top, source, target, version, str(licence)[:80], str(code)[:80], unpacked)


def _complete(names: dict[str, zipfile.ZipInfo]) -> None:
    files = {name for name, member in names.items() if member.file_size and not member.is_dir()}
    if "model/model.bin" not in files:
        raise Unfit(N_("{name} is missing"), name="model/model.bin")
    vocabularies = {PurePosixPath(name).stem for name in files if re.fullmatch(r"model/\w+\.(json|txt)", name)}
    if not any(wanted <= vocabularies for wanted in _VOCABULARIES):
        raise Unfit(N_("{name} is missing"), name="model/shared_vocabulary.json")
    if not files & {"sentencepiece.model", "bpe.model"}:
        raise Unfit(N_("{name} is missing"), name="sentencepiece.model")
