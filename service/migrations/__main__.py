"""Writes a migration from the difference between the tables in code and a fresh database brought up to head."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from service.database import Database

with tempfile.TemporaryDirectory() as folder:
    database = Database(f"sqlite:///{folder}/empty.db")
    database.upgrade()
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        number = len(list((Path(__file__).parent / "versions").glob("[0-9]*.py"))) + 1
        command.revision(config, sys.argv[1], autogenerate=True, rev_id=f"{number:04d}")
    database.close()
