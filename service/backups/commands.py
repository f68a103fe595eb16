"""`amurlive db`: upgrade, backup, restore, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.console import explained, say
from service.i18n import N_, Message, guess_locale
from service.people.operating import opened

app = typer.Typer(no_args_is_help=True, help="The database: upgrade, backup, restore, verify.")


@app.command()
def upgrade() -> None:
    """Bring the schema up to date. Example: amurlive db upgrade"""
    with explained(), opened() as database:
        say(N_("The database {name} is up to date."), name=database.url.render_as_string(hide_password=True))


@app.command()
def backup(out: Annotated[Path | None, typer.Option(help="Folder; default: backups/.")] = None) -> None:
    """Write everything into one file while the service runs, and check it. Example: amurlive db backup --out /mnt/backups"""
    from service.backups.making import make_backup, verify_backup
    from service.errors import shown_path
    from service.settings import Settings

    settings = Settings()
    with explained(), opened() as database:
        file, manifest = make_backup(database, folder=out or settings.backup_dir, pg_bin=settings.pg_bin)
        verify_backup(file, server=database.url, pg_bin=settings.pg_bin)
    say(
        N_("{file}: {rows} rows of {tables} tables."),
        file=shown_path(file),
        rows=manifest.rows,
        tables=len(manifest.tables),
    )


@app.command()
def restore(file: Path) -> None:
    """Fill an empty database (DATABASE_URL) from a backup, and compare every table. Example: DATABASE_URL=sqlite:///var/new.db amurlive db restore amurlive-….backup"""
    from service.backups.making import restore_backup
    from service.database import address
    from service.settings import Settings

    settings = Settings()
    with explained():
        manifest = restore_backup(file, address(settings.database_url), pg_bin=settings.pg_bin)
        with opened():  # a backup of an older version is brought up to date
            pass
    name = address(settings.database_url).render_as_string(hide_password=True)
    say(N_("{name} holds what the backup of {moment} held: {rows} rows, every table compared."), name=name, moment=f"{manifest.made_at:%Y-%m-%d %H:%M}Z", rows=manifest.rows)  # fmt: skip


@app.command()
def verify(
    file: Annotated[Path | None, typer.Argument(help="A backup; without one, the database itself.")] = None,
) -> None:
    """Check a backup, or the database as it is: its own check, references, audit chains, walls. Example: amurlive db verify"""
    from service.backups.checking import check_database
    from service.backups.making import verify_backup
    from service.database import address
    from service.settings import Settings

    settings = Settings()
    if file is None:
        with explained() as locale, opened() as database:
            faults = list(check_database(database))
        for fault in faults:
            typer.echo("! " + fault.say(locale), err=True)
        if faults:
            raise SystemExit(1)
        say(N_("The database is sound: rows, references, audit chains."))
        return
    with explained():
        manifest, compared = verify_backup(file, server=address(settings.database_url), pg_bin=settings.pg_bin)
    whole = N_("The backup is whole: {rows} rows of {tables} tables, read back and compared.")
    partly = N_("The file is whole ({rows} rows of {tables} tables); its rows were not read back: the database user may not make a database.")  # fmt: skip
    facts = {"rows": manifest.rows, "tables": len(manifest.tables)}
    typer.echo(Message(whole if compared else partly, facts).say(guess_locale()))
