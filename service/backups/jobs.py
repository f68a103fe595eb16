"""A backup as background work: ordered in the browser, written beside the service."""

from __future__ import annotations

from service.backups.making import make_backup, verify_backup
from service.database import Database
from service.errors import shown_path
from service.i18n import N_
from service.jobs.kinds import Nothing, Outcome, Work, kind
from service.settings import Settings


@kind("backup", title=N_("Backup of the whole database"), right="operate")
def backup(work: Work, _wanted: Nothing) -> Outcome:
    """Make a backup in the folder of the settings, and check it."""
    settings = Settings()
    database = Database(settings.database_url)
    try:
        work.progress(0, 2)
        file, manifest = make_backup(database, folder=settings.backup_dir, pg_bin=settings.pg_bin)
        work.progress(1, 2)
        _, compared = verify_backup(file, server=database.url, pg_bin=settings.pg_bin)
        work.progress(2, 2)
    finally:
        database.close()
    return Outcome({"file": shown_path(file), "rows": manifest.rows, "compared": compared})
