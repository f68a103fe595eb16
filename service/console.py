"""What all commands share: the language they speak, and errors with an exit code.

Exit codes: 0 done, 1 the user has something to mend, 2 the command was used wrongly (Typer's own).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from service.errors import DomainError, FilesRejected
from service.i18n import N_, Locale, Message, guess_locale

__all__ = ["explain_settings", "explained", "progress_bar", "say", "show_json", "tell_faults", "usage"]


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
    except BrokenPipeError:
        raise  # `… | head`: Click ends quietly
    except OSError as error:
        facts = {"place": error.filename or "—", "reason": error.strerror}
        what = Message(N_("“{place}” cannot be used: {reason}."), facts)
        _tell(what, Message(N_("Choose a place that exists and that you may write to.")))
        raise SystemExit(1) from None
    except Exception as error:
        if type(error).__name__ not in ("OperationalError", "NoSuchModuleError", "ArgumentError"):
            raise
        # SQLAlchemy's own, named here without importing it: `--help` must stay quick
        what = Message(N_("The database cannot be used: {reason}."), {"reason": str(error).splitlines()[0]})
        _tell(what, Message(N_("Check DATABASE_URL: is the address right, does the server run, may you write there?")))
        raise SystemExit(1) from None


def explain_settings(error: ValueError) -> bool:
    """Tell what is wrong in the environment or in amurlive.toml; False if the error is about something else."""
    if type(error).__name__ == "TOMLDecodeError":
        what = Message(N_("amurlive.toml is not valid TOML: {reason}."), {"reason": error})
        _tell(what, Message(N_("Check indentation, quotes and brackets on this line and the one above.")))
        return True
    if getattr(error, "title", "") != "Settings":
        return False
    tell_faults(error, named=N_("Setting {name}"))
    return True


def tell_faults(error: Any, *, named: str = "{name}", whole: str = "") -> None:
    """Every fault of a pydantic ValidationError on standard error; `whole` names what has no field of its own."""
    from service.authored import words_for

    for item in error.errors():
        what, remedy = words_for(item)
        _tell(what, remedy, place=Message(named, {"name": ".".join(map(str, item["loc"])) or whole}))


def usage(error: Any, *, whole: str = "") -> NoReturn:
    """Wrong options end with code 2, each named with its remedy."""
    tell_faults(error, whole=whole)
    raise SystemExit(2)


def _tell(what: Message, remedy: Message, *, place: Message | None = None) -> None:
    locale = guess_locale()
    head = f"{place.say(locale)}: " if place else ""
    sys.stderr.write(f"{head}{what.say(locale)} {remedy.say(locale)}\n")


def say(text: str, /, **facts: Any) -> None:
    """One line in the reader's language."""
    sys.stdout.write(Message(text, facts).say(guess_locale()) + "\n")


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal's standard error, told how far the work is; nothing where no terminal looks."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    import typer

    with typer.progressbar(length=1, label=Message(title).say(guess_locale()), file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield tell


def show_json(data: Any) -> None:
    """For programs."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
