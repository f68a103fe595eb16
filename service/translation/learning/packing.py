"""A trained model as an `.argosmodel` file that `machine.packages.install` takes. Pure.

The same content gives the same bytes, and so the same checksum on record with each draft.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

__all__ = ["CODE", "About", "pack"]

CODE = "own-memory"
"""What the metadata of a merchant's own models say in `code`."""
_NAMES = {"zh": "Chinese", "ru": "Russian"}
_README = """# A model of {owner}'s own: {source} to {target}

Trained by `amurlive translate train` on {day} from {sentences} reviewed sentences of {owner}'s translation memory. It knows the words and turns of
that memory and little else; what it writes is a draft for a person.

{figures}

Licence: {licence}. The weights hold the wording of the memory. Whoever is given this file may be able to read parts of it out again.
"""


@dataclass(frozen=True)
class About:
    """What a package says of itself. `owner`: the organisation whose memory it was learnt from, `sentences` learnt."""

    source: str
    target: str
    owner: str
    day: date
    sentences: int
    figures: Mapping[str, str]

    @property
    def licence(self) -> str:
        """The memory is its owner's, and so is the model."""
        return f"all rights: {self.owner}"[:80]

    @property
    def version(self) -> str:
        """The day: 2026.11.25."""
        return f"{self.day.year}.{self.day.month}.{self.day.day}"


def pack(model: Path, pieces: Path, about: About, file: Path) -> Path:
    """Write the package from a folder of CTranslate2 and the sentencepiece model. Replaces `file` in one step."""
    top = f"translate-{about.source}_{about.target}-{about.version.replace('.', '_')}"
    said = {
        "code": CODE, "package_version": about.version, "argos_version": "1.9.0", "type": "translate", "links": [],
        "from_code": about.source, "from_name": _NAMES[about.source], "to_code": about.target, "to_name": _NAMES[about.target],
        "license": about.licence,
    }  # fmt: skip
    figures = "\n".join(f"- {name}: {value}" for name, value in about.figures.items())
    readme = _README.format(
        owner=about.owner, source=_NAMES[about.source], target=_NAMES[about.target], day=about.day, sentences=about.sentences,
        figures=figures, licence=about.licence,
    )  # fmt: skip
    new = file.with_name(f".{file.name}")
    with zipfile.ZipFile(new, "w") as archive:
        _put(archive, f"{top}/metadata.json", json.dumps(said, ensure_ascii=False, indent=1).encode())
        _put(archive, f"{top}/README.md", readme.encode())
        _put(archive, f"{top}/sentencepiece.model", pieces.read_bytes())
        for one in sorted(model.iterdir()):
            _put(archive, f"{top}/model/{one.name}", one.read_bytes())
    os.replace(new, file)
    return file


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name)  # 1980, so that the day of packing does not change the checksum
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
