"""The installed package carries its data, and the house keeps its order."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent


def test_the_wheel_works_from_another_folder(tmp_path: Path) -> None:
    """Built without isolation (the build backend is installed), unpacked, and run where no checkout is near."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(REPOSITORY)],
        check=True, capture_output=True,
    )  # fmt: skip
    wheel = next(tmp_path.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-c", "import service, sys; from service.cli import main; sys.argv = ['amurlive', 'run', '--no-serve']; "
         "assert 'site' in service.__file__; main()"],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "site"), "LANG": "ru_RU.UTF-8", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "создано — 64" in done.stdout
    assert (tmp_path / "out" / "sample-evening.docx").is_file()


def test_imports_run_one_way() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_files_are_rooms_of_readable_size() -> None:
    for path in (REPOSITORY / "service").rglob("*.py"):
        lines = path.read_text(encoding="utf-8").count("\n")
        assert lines <= 500, f"{path}: {lines} lines"
        assert path.stem != "utils"


def test_pinned_packages_name_no_address() -> None:
    for path in (REPOSITORY / "requirements").iterdir():
        assert not re.search(r"https?://|--(extra-)?index-url|@ ", path.read_text(encoding="utf-8")), path.name
