"""`amurlive`: the command line. Every command imports what it needs only when it runs, so that `--help` stays quick."""

from __future__ import annotations

import gc
import sys
from types import FrameType
from typing import Annotated

import typer

from service.asking import check_command
from service.backups.commands import app as database
from service.catalog.brands.commands import app as brand
from service.catalog.commands import app as catalog
from service.compliance.commands import app as compliance
from service.console import explained, say
from service.i18n import N_
from service.inventory.commands import app as stock
from service.listings.category_commands import app as categories
from service.listings.category_commands import choose
from service.listings.commands import app as listing
from service.listings.export_commands import diff, export, exports
from service.listings.filling_commands import fill
from service.listings.shop_commands import app as shops
from service.listings.shop_commands import push
from service.livestream.commands import app as script
from service.people.commands import audit, organisations, people, tokens
from service.people.operating import opened
from service.pricing.commands import app as prices
from service.translation.commands import app as translate
from service.translation.learning_commands import train
from service.worker.commands import app as jobs
from service.worker.commands import worker

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    help="AmurLive · 阿穆尔直播 · «АмурЛайв»: bilingual livestream scripts for Heihe–Blagoveshchensk commerce.",
)
app.add_typer(catalog, name="catalog")
app.add_typer(brand, name="brand")
app.add_typer(prices, name="prices")
app.add_typer(prices, name="price", hidden=True)
app.add_typer(script, name="script")
for one in (export, diff, exports, fill, push, choose):
    listing.command(one.__name__)(one)
listing.add_typer(shops, name="shop")
listing.add_typer(categories, name="category")
app.add_typer(listing, name="listing")
app.add_typer(stock, name="stock")
translate.command("train")(train)
app.add_typer(translate, name="translate")
app.add_typer(people, name="people")
app.add_typer(organisations, name="organisation")
app.add_typer(tokens, name="token")
app.add_typer(audit, name="audit")
app.add_typer(database, name="db")
app.add_typer(jobs, name="jobs")
app.add_typer(compliance, name="compliance")
app.command("check")(check_command)
app.command("worker")(worker)


@app.command()
def run(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the API and pages afterwards.")] = True,
) -> None:
    """The main job: database, catalogue, tonight's script in both languages into out/, then the service.

    Example: amurlive run --no-serve
    """
    from service.catalog.importing import CardsTaken
    from service.inventory.opening import Opened
    from service.livestream.writing import told
    from service.main_job import prepare
    from service.pricing.importing import PriceImport
    from service.settings import Settings

    settings = Settings()

    def tell(cards: CardsTaken, prices: PriceImport, stock: Opened) -> None:
        say(
            N_("Cards: {created} created, {updated} updated, {unchanged} unchanged."),
            created=len(cards.created), updated=len(cards.updated), unchanged=len(cards.unchanged),
        )  # fmt: skip
        say(N_("Prices: {changed} changed, {unchanged} unchanged."), changed=prices.changed, unchanged=prices.unchanged)
        say(N_("Stock: {places} places and {lines} lots brought in."), places=stock.places, lines=stock.lines)

    with explained() as locale:
        with opened() as database:
            done = prepare(database, out=settings.out_dir, tell=tell)
        for show in done.shows:
            typer.echo("")
            if not any(document.changed for document in show.documents):
                say(
                    N_("Nothing changed since version {version}; the documents stay as they are."), version=show.version
                )
            for line in told(show.script, show.brief, show.documents, findings=show.findings, locale=locale):
                typer.echo(line)
    if serve:
        typer.echo("")
        _serve(settings.host, settings.port, show_way_in=True)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port; default: 8000.")] = None,
) -> None:
    """Serve the API and pages. Example: amurlive serve --port 8080"""
    from service.settings import Settings

    settings = Settings()
    _serve(host or settings.host, port or settings.port)


def _serve(host: str, port: int, *, show_way_in: bool = False) -> None:
    """Run the service; `show_way_in` prints a link that signs the first administrator in, once."""
    import uvicorn

    from service.app import create_app
    from service.people.founding import found, way_in
    from service.settings import Settings

    settings = Settings()
    with explained(), opened() as database, database.writing() as session:
        founder = found(session)
        secret = way_in(session) if show_way_in or sys.stdout.isatty() else None
    if founder:
        say(N_("The first administrator is made: login {login}, password {password} — it is shown only now."), login=founder.login, password=founder.password)  # fmt: skip
    address = settings.address(host, port)
    say(N_("The service runs at {address} — stop it with Ctrl+C."), address=address)
    if secret:
        say(N_("Open it signed in (this link works once): {link}"), link=f"{address}/enter/{secret}")
    sys.stdout.flush()
    service = create_app(settings)

    class Leaving(uvicorn.Server):
        """A server whose streams are told that it stops; it would wait for them."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            service.state.leaving.set()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        service, host=host, port=port, log_config=None, access_log=False, server_header=False, forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=30,
    )  # fmt: skip
    gc.collect()
    gc.freeze()  # what lives as long as the process is not looked at again: a full collection stopped everybody for 0.2 s
    Leaving(config).run()


def main() -> None:
    """Entry point of the installed command. A wrong setting ends it with code 2, told in the reader's language."""
    try:
        app()
    except ValueError as error:  # pydantic's ValidationError and TOMLDecodeError are ValueErrors
        from service.console import explain_settings

        if not explain_settings(error):
            raise
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
