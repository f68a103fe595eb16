"""`amurlive prices`: the record of what buyers really paid."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.console import explained, say, show_json
from service.i18n import N_
from service.people.operating import opened

app = typer.Typer(no_args_is_help=True, help="Prices: what buyers really paid.")
DealsFile = Annotated[
    Path,
    typer.Argument(
        help="A CSV with the columns sku, market, paid, quantity, paid_at, source, reference.",
        exists=True,
        dir_okay=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.callback()
def _prices() -> None:
    """Keeps `paid` a command of its own while it is the only one."""


@app.command()
def paid(file: DealsFile, as_json: AsJson = False) -> None:
    """Bring in what buyers paid: yuan or roubles for one pack, after coupons. Example: amurlive prices paid deals.csv

    Times without a zone are local: Asia/Shanghai in CN, Asia/Yakutsk in RU. A file brought in twice counts once.
    """
    from service.errors import shown_path
    from service.pricing.paid import import_paid

    with explained(), opened() as database, database.writing() as session:
        taken = import_paid(session, name=shown_path(file), content=file.read_bytes())
    if as_json:
        show_json(taken._asdict())
        return
    say(N_("Deals: {new} recorded, {known} were there already."), new=taken.new, known=taken.known)
