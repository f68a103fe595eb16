"""What all commands share: the database they open, the language they speak, and errors with an exit code.

Exit codes: 0 done, 1 the user has something to mend, 2 the command was used wrongly (Typer's own).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from service.errors import DomainError, FilesRejected
from service.i18n import N_, Locale, Message, guess_locale

__all__ = ["explain_settings", "explained", "opened", "say", "show_json"]


@contextmanager
def opened() -> Iterator[Any]:
    """The installation's database, its schema up to date; closed afterwards."""
    from service.database import Database
    from service.settings import Settings

    database = Database(Settings().database_url)
    try:
        database.upgrade()
        yield database
    finally:
        database.close()


@contextmanager
def explained() -> Iterator[Locale]:
    """Gives the reader's language; domain errors inside are told on standard error and end with code 1."""
    locale = guess_locale()
    try:
        yield locale
    except FilesRejected as error:
        for item in error.problems:
            sys.stderr.write(item.say(locale) + "\n")
        sys.stderr.write(error.say(locale) + "\n")
        raise SystemExit(1) from None
    except DomainError as error:
        sys.stderr.write(error.say(locale) + "\n")
        raise SystemExit(1) from None
    except OSError as error:
        place = Message(
            N_("“{place}” cannot be used: {reason}."), {"place": error.filename or "—", "reason": error.strerror}
        )
        remedy = Message(N_("Choose a place that exists and that you may write to."))
        sys.stderr.write(f"{place.say(locale)} {remedy.say(locale)}\n")
        raise SystemExit(1) from None
    except Exception as error:
        if type(error).__name__ not in ("OperationalError", "NoSuchModuleError", "ArgumentError"):
            raise
        # SQLAlchemy's own, named here without importing it: `--help` must stay quick
        reason = Message(N_("The database cannot be used: {reason}."), {"reason": str(error).splitlines()[0]})
        remedy = Message(N_("Check DATABASE_URL: is the address right, does the server run, may you write there?"))
        sys.stderr.write(f"{reason.say(locale)} {remedy.say(locale)}\n")
        raise SystemExit(1) from None


def explain_settings(error: ValueError) -> bool:
    """Tell what is wrong in the environment or in amurlive.toml; False if the error is about something else."""
    locale = guess_locale()
    if type(error).__name__ == "TOMLDecodeError":
        message = Message(N_("amurlive.toml is not valid TOML: {reason}."), {"reason": error})
        remedy = Message(N_("Check indentation, quotes and brackets on this line and the one above."))
        sys.stderr.write(f"{message.say(locale)} {remedy.say(locale)}\n")
        return True
    if getattr(error, "title", "") != "Settings":
        return False
    from service.authored import words_for

    for item in error.errors():  # type: ignore[attr-defined]
        what, remedy = words_for(item)
        place = Message(N_("Setting {name}"), {"name": ".".join(map(str, item["loc"]))})
        sys.stderr.write(f"{place.say(locale)}: {what.say(locale)} {remedy.say(locale)}\n")
    return True


def say(text: str, /, **facts: Any) -> None:
    """One line in the reader's language."""
    sys.stdout.write(Message(text, facts).say(guess_locale()) + "\n")


def show_json(data: Any) -> None:
    """For programs."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
