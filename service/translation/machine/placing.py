"""The process that unpacks one package with Argos's own installer and tries it: `python -m … .placing FILE TOP`.

Its environment (packages.argos_environment) is set before argostranslate is imported, for it reads its folders then. What fails here fails
alone; the last line of standard error is the reason.
"""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["place"]


def place(file: Path, top: str) -> None:
    """Unpack, load, translate one word. Raises whatever the libraries raise."""
    from argostranslate import package, settings

    package.install_from_path(file)
    from service.translation.machine.decoding import Model

    model = Model(settings.package_data_dir / top)
    model.translate(["1"], beam=1, best=1)


if __name__ == "__main__":
    place(Path(sys.argv[1]), sys.argv[2])
