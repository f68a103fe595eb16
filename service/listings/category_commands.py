"""`amurlive listing category` and `amurlive listing choose`: categories as platforms tell them, and what a seller answers to them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from service.console import explained, say, show_json
from service.i18n import N_, Locale, Message
from service.people.operating import opened

if TYPE_CHECKING:  # imported when a command runs: `--help` must stay quick
    from sqlalchemy.orm import Session

    from service.catalog.models import Product
    from service.listings.categories.snapshot import Attribute, Category
    from service.listings.categories.storing import Change

__all__ = ["app", "choose"]

app = typer.Typer(no_args_is_help=True, help="Categories of platforms: imported from their own answers, found, shown.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
ChannelOption = Annotated[str, typer.Option("--channel", help="Key of a channel; see “amurlive listing channels”.")]
LanguageOption = Annotated[
    Literal["zh", "ru"] | None, typer.Option("--language", help="Language of the names; default: the channel's first.")
]


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Saved answers (JSON), or sheets.", exists=True, dir_okay=False)
    ],
    channel: ChannelOption,
    kind: Annotated[
        Literal["tree", "attributes", "values", "rules"], typer.Option("--kind", help="What the answer tells.")
    ] = "tree",
    language: LanguageOption = None,
    category: Annotated[str | None, typer.Option("--category", help="Whose it is, if the answer does not say.")] = None,
    attribute: Annotated[str | None, typer.Option("--attribute", help="The same for values.")] = None,
    whole: Annotated[
        bool | None, typer.Option("--whole/--add", help="Whether what is not there is gone; default: by the answer's form.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Show every difference, not the first twenty.")] = False,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day of the answers; default: today.")
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Take over what a platform told, and show what differs from before.

    Example: amurlive listing category import --channel ozon --kind attributes --language ru --category 17028922:97 attributes.json
    """
    from service.database import now
    from service.listings.categories.reading import Asked, read_answer
    from service.listings.categories.snapshot import merged
    from service.listings.categories.storing import store
    from service.listings.channels import channel as find

    with explained() as locale, opened() as database:
        spoken: Literal["zh", "ru"] = language or ("ru" if find(channel).content.languages[0] == "ru" else "zh")
        asked = Asked(spoken, category, attribute)
        told = [read_answer(channel, kind, path.name, path.read_bytes(), asked) for path in files]
        with database.writing() as session:
            day = on.date() if on else now().date()
            found = store(session, channel, merged(told), language=spoken, day=day, whole=whole)
        if as_json:
            show_json(
                {**{name: [one._asdict() for one in getattr(found, name)] for name in _SIGNS}, "same": found.same}
            )
            return
        for name, sign in _SIGNS.items():
            _differences(sign, getattr(found, name), None if every else 20, locale)
        counts = {"new": len(found.new), "changed": len(found.changed), "gone": len(found.gone), "same": found.same}
        say(N_("New: {new}; changed: {changed}; gone: {gone}; as before: {same}."), **counts)


_SIGNS = {"new": "+", "changed": "~", "gone": "−"}


def _differences(sign: str, changes: list[Change], most: int | None, locale: Locale) -> None:
    for one in changes[:most]:
        told = f": {one.before or '—'} → {one.after or '—'}" if sign == "~" else ""
        typer.echo(f"{sign} {one.place}  {one.name}{told}".rstrip())
    if most is not None and len(changes) > most:
        typer.echo(Message(N_("… and {count} more (--all)"), {"count": len(changes) - most}).say(locale))


@app.command("find")
def find_(
    words: Annotated[list[str], typer.Argument(metavar="WORD…", help="Parts of the name, in either language, or a number.")],
    channel: ChannelOption, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Look for categories by their names. Example: amurlive listing category find --channel ozon мёд"""
    from service.listings.categories.finding import find_categories
    from service.listings.channels import channel as find

    with explained() as locale, opened() as database, database.reading() as session:
        found = find_categories(session, find(channel).key, " ".join(words))
        if as_json:
            show_json([{**_row(one.category), "above": [_row(above) for above in one.above]} for one in found])
            return
        for one in found:
            path = " / ".join(_names(step, locale) for step in (*one.above, one.category))
            typer.echo(f"{'•' if one.category.leaf else '▸'} {one.category.external:<20} {path}")
        if not found:
            say(N_("Nothing was found; what a platform has is known once its answer is imported."))


@app.command()
def show(
    category: Annotated[str, typer.Argument(metavar="CATEGORY", help="The platform's number; Ozon: 17028922:97.")],
    channel: ChannelOption,
    attribute: Annotated[str | None, typer.Option("--attribute", help="Show the values of this attribute.")] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Show what a platform asks in a category. Example: amurlive listing category show 17028922:97 --channel ozon"""
    from service.listings.categories.finding import find_category
    from service.listings.channels import channel as find

    with explained() as locale, opened() as database, database.reading() as session:
        found = find_category(session, find(channel).key, category)
        if as_json:
            show_json({**_row(found), "facts": found.facts, "attributes": [_asked(one) for one in found.attributes]})
            return
        typer.echo(f"{found.external}  {_names(found, locale)}  ({found.attributes_on or found.told_on})")
        for name, value in found.facts.items():
            typer.echo(f"  {name}: {value}")
        for one in found.attributes:
            if attribute is None or one.external == attribute:
                typer.echo(
                    f"{'*' if one.required else ' '} {one.external:<12} {one.kind:<7} {_names(one, locale)}{_limits(one)}"
                )
            if one.external == attribute:
                for value in one.values or ():
                    typer.echo(f"    {value.external:<14} {' / '.join(filter(None, (value.ru, value.zh)))}")


def choose(
    channel: Annotated[str | None, typer.Option("--channel", help="Key of a channel.")] = None,
    family: Annotated[str | None, typer.Option("--family", help="For all cards of a family.")] = None,
    product: Annotated[str | None, typer.Option("--product", help="For one card: its key, or a SKU's code.")] = None,
    category: Annotated[str | None, typer.Option("--category", help="The platform's category.")] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", help="ATTRIBUTE=fact:NAME, ATTRIBUTE=id:NUMBER or ATTRIBUTE=TEXT; ATTRIBUTE= takes it out."),
    ] = None,
    extra: Annotated[list[str] | None, typer.Option("--extra", help="The channel's own field: NAME=TEXT.")] = None,
    suggest: Annotated[bool, typer.Option("--suggest", help="Answer by facts whatever the names say plainly.")] = False,
    file: Annotated[Path | None, typer.Option("--file", help="Many choices from a YAML file.", exists=True)] = None,
) -> None:  # fmt: skip
    """Choose a category and answers for a family or a card; without anything to set, show what is chosen.

    Example: amurlive listing choose --channel ozon --family honey --category 17028922:97 --suggest
    """
    if file is not None:
        _choose_file(file)
        return
    if channel is None or (family is None) == (product is None):
        raise typer.BadParameter("--channel, --family | --product; --file")
    from service.listings.channels import channel as find
    from service.listings.choosing import choice_of
    from service.listings.choosing import choose as keep
    from service.listings.gathering import find_card

    with explained() as locale, opened() as database, database.writing() as session:
        key = find(channel).key
        card = find_card(session, product)[0] if product is not None else None
        before = choice_of(session, key, family=family, product=card)
        wanted = category or (before.category if before else None)
        same = before is not None and before.category == wanted
        answers: dict[str, Any] = dict(before.answers) if before is not None and same else {}
        extras: dict[str, str] = dict(before.extras) if before else {}
        if suggest:
            answers = _suggested(session, key, wanted, family, card) | answers
        answers |= {name: _answer(text) for name, text in map(_pair, answer or [])}
        extras |= dict(map(_pair, extra or []))
        if category or answer or extra or suggest:
            kept = {name: one for name, one in answers.items() if one is not None}
            keep(
                session,
                key,
                family=family,
                product=card,
                category=wanted,
                answers=kept,
                extras={k: v for k, v in extras.items() if v},
            )
            answers = kept
        _show_choice(session, key, wanted, answers, extras, locale)


def _choose_file(path: Path) -> None:
    from service.listings.categories.choice_file import take_choices

    with explained(), opened() as database, database.writing() as session:
        say(N_("Choices kept: {count}."), count=len(take_choices(session, path)))


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise typer.BadParameter(f"{text}: NAME=TEXT")
    return name.strip(), value.strip()


def _answer(text: str) -> dict[str, str] | None:
    for head, kind in (("fact:", "fact"), ("id:", "value_id")):
        if text.startswith(head):
            return {kind: text.removeprefix(head)}
    return {"value": text} if text else None


def _suggested(
    session: Session, channel: str, category: str | None, family: str | None, card: Product | None
) -> dict[str, Any]:  # fmt: skip
    from service.catalog.families import families
    from service.listings.categories.finding import find_category
    from service.listings.categories.suggesting import suggest

    own = family if card is None else card.family_key
    if category is None or own not in families():
        return {}
    return dict(suggest(find_category(session, channel, category), own))


def _show_choice(
    session: Session, channel: str, category: str | None, answers: dict[str, Any], extras: dict[str, str], locale: Locale
) -> None:  # fmt: skip
    from service.listings.categories.finding import prepared

    found = prepared(session, channel, [category], answers) if category else {}
    one = found.get(category or "")
    typer.echo(f"{channel}  {category or '—'}  {_names(one, locale) if one else ''}".rstrip())
    names = {asked.external: _names(asked, locale) for asked in one.attributes} if one else {}
    for key, entry in answers.items():
        told = " ".join(f"{kind}:{value}" for kind, value in entry.items())
        typer.echo(f"  {key:<12} {names.get(key, ''):<40} {told}")
    for name, value in extras.items():
        typer.echo(f"  {name} = {value}")
    for asked in one.attributes if one else ():
        if asked.required and asked.external not in answers and "elsewhere" not in asked.limits:
            facts = {"attribute": asked.external, "name": _names(asked, locale)}
            typer.echo(
                Message(N_("Still unanswered, though the platform demands it: {attribute}, {name}."), facts).say(locale)
            )


def _names(one: Category | Attribute, locale: Locale) -> str:
    from service.listings.categories.snapshot import both

    return both(one.name_zh, one.name_ru, "ru" if locale == "ru" else "zh") or one.external


def _limits(one: Attribute) -> str:
    shown = [f"{key}={value}" for key, value in one.limits.items() if key != "units"]
    shown += [f"units={','.join(unit['name'] for unit in one.limits['units'])}"] if "units" in one.limits else []
    shown += [f"values={len(one.values)}"] if one.values else []
    return f"  [{'; '.join(shown)}]" if shown else ""


def _row(one: Category) -> dict[str, Any]:
    return {
        "external": one.external, "leaf": one.leaf, "parent": one.parent, "name_zh": one.name_zh, "name_ru": one.name_ru,
        "told_on": str(one.told_on or ""),
    }  # fmt: skip


def _asked(one: Attribute) -> dict[str, Any]:
    return {**asdict(one), "limits": dict(one.limits), "values": [asdict(value) for value in one.values or ()]}
