"""The backup file: a zip of a manifest and the database's own form of itself (an SQLite file, or pg_dump's archive)."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from service.errors import DomainError, shown_path
from service.i18n import N_

__all__ = ["BackupDamaged", "Manifest", "pack", "read_manifest", "unpack"]


class BackupDamaged(DomainError):
    """The file is not a backup, or not whole."""

    title = N_("“{file}” is not a whole backup: {reason}.")
    remedy = N_("Take another backup; “amurlive db verify FILE” tells whether one is good.")


class Manifest(BaseModel):
    """What a backup holds: when and by which version it was made, and each table with its rows and their hash."""

    format: Literal[1] = 1
    kind: Literal["sqlite", "postgresql"]
    made_at: datetime
    version: str
    schema_version: str
    sha256: str
    tables: dict[str, dict[str, Any]]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table["rows"] for table in self.tables.values())


def pack(file: Path, data: Path, manifest: dict[str, Any]) -> Manifest:
    """Write the zip beside its place and move it there when it is whole."""
    made = Manifest(sha256=_hash(data), **manifest)
    draft = file.with_suffix(".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        archive.writestr("manifest.json", made.model_dump_json(indent=1))
        archive.write(data, "data")
    draft.chmod(0o600)
    draft.replace(file)
    return made


def read_manifest(file: Path) -> Manifest:
    """Raises `BackupDamaged`."""
    try:
        with zipfile.ZipFile(file) as archive:
            return Manifest.model_validate_json(archive.read("manifest.json"))
    except (zipfile.BadZipFile, KeyError, ValidationError, json.JSONDecodeError, EOFError) as error:
        raise BackupDamaged(file=shown_path(file), reason=type(error).__name__) from None


def unpack(file: Path, target: Path) -> Manifest:
    """Write the data to `target`; raises `BackupDamaged` unless it is what was packed."""
    manifest = read_manifest(file)
    try:
        with zipfile.ZipFile(file) as archive, archive.open("data") as packed, target.open("wb") as out:
            while block := packed.read(1 << 20):
                out.write(block)
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise BackupDamaged(file=shown_path(file), reason=type(error).__name__) from None
    if _hash(target) != manifest.sha256:
        raise BackupDamaged(file=shown_path(file), reason="SHA-256")
    return manifest


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
