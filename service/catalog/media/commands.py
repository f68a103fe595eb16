"""`amurlive catalog picture`: pictures from files onto a card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.console import explained, say
from service.i18n import N_
from service.people.operating import opened

__all__ = ["picture"]

Files = Annotated[list[Path], typer.Argument(help="JPEG, PNG or WebP.", exists=True, dir_okay=False)]
Card = Annotated[str, typer.Option("--card", help="Key of the card that shows them.")]
AltZh = Annotated[str | None, typer.Option("--alt-zh", help="What they show, in Chinese.")]
AltRu = Annotated[str | None, typer.Option("--alt-ru", help="What they show, in Russian.")]


def picture(files: Files, card: Card, alt_zh: AltZh = None, alt_ru: AltRu = None) -> None:
    """Put pictures on a card, all or none; the first is its main one if it has none. Example: amurlive catalog picture a.jpg --card vodka"""
    from service.catalog.media.checking import check_picture
    from service.catalog.media.keeping import keep_checked, put_on_card

    alt = {locale: text for locale, text in (("zh", alt_zh), ("ru", alt_ru)) if text}
    with explained(), opened() as database:
        checked = [check_picture(file.name, file.read_bytes()) for file in files]
        with database.writing() as session:
            for one in checked:
                put_on_card(session, card, digest=keep_checked(session, one).digest, alt=alt)
    for one in checked:
        say(
            N_("“{name}” is on “{card}”: {width} × {height}, {digest}"),
            name=one.name, card=card, width=one.width, height=one.height, digest=one.digest,
        )  # fmt: skip
