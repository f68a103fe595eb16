"""Installed packages: put in, listed, replaced and taken out while the service runs. One package for each direction.

A package lies in `<mt_dir>/packages/<direction>-<version>-<digest>/` with `installed.json` beside its files. What lies there
without one (a stray folder, a broken copy) is passed over. Argos's own install works in a staging folder inside a process of its own:
it keeps translators in a global list, imports everything it may need and reads its folders from the environment once.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from service.i18n import N_
from service.translation.machine.archive import SYNTHETIC, Unfit, look_into
from service.translation.machine.refusing import NoModel, PackageRefused, need_engine

__all__ = ["Package", "argos_environment", "default_folder", "install", "packages", "remove"]

_RECORD = "installed.json"
_PATIENCE = 600
"""Seconds a package of 500 MB may take to be unpacked and tried on a slow disk."""


@dataclass(frozen=True)
class Package:
    """A package that is installed. `size` is bytes on disk, `sha256` that of the .argosmodel file, `licence` empty if nobody told."""

    source: str
    target: str
    version: str
    sha256: str
    size: int
    licence: str
    file: str
    code: str
    installed_at: datetime
    folder: Path

    @property
    def direction(self) -> str:
        """Such as zh_ru."""
        return f"{self.source}_{self.target}"

    @property
    def label(self) -> str:
        """What goes on record with each text: direction, version and the start of the checksum."""
        return f"{self.direction} {self.version} {self.sha256[:12]}"

    @property
    def synthetic(self) -> bool:
        """A test model, not a translator."""
        return self.code == SYNTHETIC


def default_folder() -> Path:
    """The folder of this installation (AMURLIVE_MT_DIR)."""
    from service.settings import Settings

    return Settings().mt_dir


def packages(folder: Path | None = None) -> list[Package]:
    """All installed packages by direction, read anew from disk at each call."""
    found: dict[str, Package] = {}
    place = _shelf(folder or default_folder())
    for record in sorted(place.glob(f"*/{_RECORD}")) if place.is_dir() else ():
        package = _read(record)
        if package and (package.direction not in found or package.installed_at > found[package.direction].installed_at):
            found[package.direction] = package
    return [found[direction] for direction in sorted(found)]


def install(
    path: Path,
    *,
    folder: Path | None = None,
    sha256: str | None = None,
    licence: str = "",
    allow_synthetic: bool = False,
) -> Package:
    """Take in an .argosmodel file in place of what serves its direction; running translations go on with the old one.

    `sha256` is the checksum its publisher tells. Raises PackageRefused (nothing has changed then), EngineMissing, OSError.
    """
    need_engine()
    home = folder or default_folder()
    with _alone(home), tempfile.TemporaryDirectory(prefix=".new-", dir=home) as staging:
        stage = Path(staging)
        copy = stage / "package.argosmodel"
        try:
            digest = _copied(path, copy)
            if sha256 is not None and digest != sha256.strip().lower():
                raise Unfit(N_("its SHA-256 is {digest}, another was expected"), digest=digest)
            described = look_into(copy)
            if described.code == SYNTHETIC and not allow_synthetic:
                raise Unfit(N_("it is a synthetic test model, not a translator"))
            if shutil.disk_usage(home).free < described.unpacked * 1.1 + 2**20:
                raise Unfit(N_("the disk has no room for {size} MB"), size=described.unpacked // 10**6)
            unpacked = _placed(copy, stage, described.top)
        except Unfit as unfit:
            raise PackageRefused(file=path.name, reason=unfit.reason) from None
        package = Package(
            described.source, described.target, described.version, digest, _size(unpacked), licence or described.licence,
            path.name, described.code, datetime.now(UTC), _shelf(home) / f"{described.source}_{described.target}-{described.version}-{digest[:12]}",
        )  # fmt: skip
        _record(package, unpacked)
        _shelf(home).mkdir(exist_ok=True)
        _put_away(package.folder)  # the same file once more
        unpacked.rename(package.folder)
        for older in _shelf(home).glob(f"{package.direction}-*"):
            if older != package.folder:
                _put_away(older)
    return package


def remove(source: str, target: str, *, folder: Path | None = None) -> Package:
    """Take out the package of a direction. Raises NoModel."""
    home = folder or default_folder()
    with _alone(home):
        installed = packages(home)
        for package in installed:
            if (package.source, package.target) == (source, target):
                for place in _shelf(home).glob(f"{package.direction}-*"):
                    _put_away(place)
                return package
    raise NoModel(source=source, target=target, installed=", ".join(one.direction for one in installed) or "—")


def argos_environment(home: Path) -> dict[str, str]:
    """The environment in which Argos finds no other folder than one of ours, and no index."""
    places = {name: str(home / name.lower()) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    return {
        **os.environ, **places, "ARGOS_PACKAGES_DIR": str(home / "unpacked"), "ARGOS_INTRA_THREADS": "1", "ARGOS_DEVICE_TYPE": "cpu",
        "ARGOS_PACKAGE_INDEX": "file:///nowhere/", "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1",
    }  # fmt: skip


def _placed(copy: Path, stage: Path, top: str) -> Path:
    """Unpacked by Argos's own `install_from_path`, and loaded and run once by the process that unpacked it."""
    command = [sys.executable, "-m", "service.translation.machine.placing", str(copy), top]
    try:
        done = subprocess.run(
            command, env=argos_environment(stage), capture_output=True, text=True, check=False, timeout=_PATIENCE
        )
    except subprocess.TimeoutExpired:
        raise Unfit(N_("the model does not come to an end")) from None
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        raise Unfit(N_("the model cannot be loaded ({error})"), error=last[:200])
    return stage / "unpacked" / top


def _shelf(home: Path) -> Path:
    return home / "packages"


def _copied(path: Path, copy: Path) -> str:
    """Our own copy (nobody can change it between check and use) and its SHA-256."""
    digest = hashlib.sha256()
    with path.open("rb") as source, copy.open("wb") as target:
        while block := source.read(2**20):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def _files(folder: Path) -> dict[str, int]:
    return {
        file.relative_to(folder).as_posix(): file.stat().st_size for file in sorted(folder.rglob("*")) if file.is_file()
    }


def _size(folder: Path) -> int:
    return sum(_files(folder).values())


def _record(package: Package, folder: Path) -> None:
    told = asdict(package) | {"installed_at": package.installed_at.isoformat(), "files": _files(folder)}
    del told["folder"]
    (folder / _RECORD).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def _read(record: Path) -> Package | None:
    """None if the record cannot be read or a file of the package is gone or cut short."""
    folder = record.parent
    try:
        told = json.loads(record.read_text(encoding="utf-8"))
        files = told.pop("files")
        if any((folder / name).stat().st_size != size for name, size in files.items()):
            return None
        return Package(**told | {"installed_at": datetime.fromisoformat(told["installed_at"]), "folder": folder})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _put_away(folder: Path) -> None:
    """Out of the shelf at once, then off the disk: no reader sees half a package."""
    if folder.exists():
        gone = Path(tempfile.mkdtemp(prefix=".old-", dir=folder.parent.parent))
        folder.rename(gone / folder.name)
        shutil.rmtree(gone, ignore_errors=True)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One install or removal at a time, over all processes."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
