"""What `amurlive prices` prints: explanations, floors and trade modes as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.i18n import N_, Locale, Message
from service.pricing.explaining import REGIMES, Explained, per_mille
from service.pricing.flooring import FloorFound
from service.pricing.landing import Money, shown, shown_share
from service.pricing.modes import Answer, Reason, State

__all__ = ["of_explained", "of_floor", "of_modes", "of_prices"]


def of_explained(found: Explained, locale: Locale) -> list[str]:
    """The explanation as lines for a terminal."""
    currency = found.costing.price.currency

    def line(amount: int, text: Message) -> str:
        return f"{shown(Money(amount, currency)).say(locale):>16}  {text.say(locale)}"

    done = found.costing
    lines = [Message(N_("{sku} · {channel} · {day} · {regime} · {route}"), _facts(found)).say(locale)]
    step = N_("{what}{star} = {formula}")
    for one in done.lines:
        lines.append(
            line(
                one.amount,
                Message(step, {"what": one.what, "star": "" if one.verified else "*", "formula": one.formula}),
            )
        )
    left = Message(
        N_("margin, {share} of the price of {price}"),
        {"share": shown_share(per_mille(done.margin_share)), "price": shown(done.price)},
    )
    lines += [line(done.total, Message(N_("together, each step rounded half up"))), line(done.margin, left)]
    for one in done.buyer_lines:
        by_buyer = Message(
            N_("paid by the buyer: {what}{star} = {formula}"),
            {"what": one.what, "star": "" if one.verified else "*", "formula": one.formula},
        )
        lines.append(line(one.amount, by_buyer))
    if found.break_even:
        lines.append(line(found.break_even.price.amount, Message(N_("break-even price"))))
    if found.floor:
        lines.append(
            line(
                found.floor.price.amount,
                Message(N_("floor price for a margin of {wanted}"), {"wanted": shown_share(found.wanted)}),
            )
        )
    return [*lines, *(note.say(locale) for note in found.notes)]


def of_prices(several: Sequence[Explained], locale: Locale) -> list[str]:
    """The same pack at several prices, a line for each: price, all costs, what is left, its share; * marks what is below the floor."""
    first = several[0]
    floor = first.floor and first.floor.price.amount
    lines = [Message(N_("{sku} · {channel} · {day} · {regime} · {route}"), _facts(first)).say(locale)]
    names = (N_("price"), N_("costs"), N_("margin"), N_("share"))
    lines.append("".join(f"{Message(name).say(locale):>16}" for name in names))
    for one in several:
        done = one.costing
        share = shown_share(per_mille(done.margin_share)).say(locale)
        cells = [shown(Money(amount, done.price.currency)).say(locale) for amount in (done.price.amount, done.total, done.margin)]  # fmt: skip
        low = " *" if floor is None or done.price.amount < floor else ""
        lines.append("".join(f"{cell:>16}" for cell in (*cells, share)) + low)
    if first.floor:
        facts = {"floor": shown(first.floor.price), "wanted": shown_share(first.wanted)}
        lines.append(Message(N_("* below the floor of {floor} that leaves {wanted}"), facts).say(locale))
    else:
        lines.append(Message(N_("No price leaves the wanted margin of {wanted}."), {"wanted": shown_share(first.wanted)}).say(locale))  # fmt: skip
    shared = [note for note in first.notes if all(note in one.notes for one in several)]
    return [*lines, *(note.say(locale) for note in shared)]


def of_floor(found: FloorFound, locale: Locale) -> list[str]:
    """A floor, what it rests on, and a price to ask."""
    told, currency = found.reckoned, found.floor.price.currency
    facts = {"sku": told.sku, "channel": told.channel, "day": told.on.isoformat(), "regime": Message(REGIMES[told.pack.regime]), "route": told.route}  # fmt: skip
    rows = [
        (found.break_even.price, Message(N_("break-even price"))),
        (found.floor.price, Message(N_("floor price for a margin of {wanted}"), {"wanted": shown_share(found.wanted)})),
        (Money(found.suggested.amount, currency), Message(N_("price that ends as usual there"))),
    ]
    lines = [Message(N_("{sku} · {channel} · {day} · {regime} · {route}"), facts).say(locale)]
    lines += [f"{shown(money).say(locale):>16}  {text.say(locale)}" for money, text in rows]
    if found.floor.until:
        facts = {"from_": shown(found.floor.price), "until": shown(found.floor.until)}
        lines.append(Message(N_("The floor {from_} holds up to {until}: above that, taxes leap."), facts).say(locale))
    return [*lines, *(note.say(locale) for note in told.notes)]


_STATES = {
    State.OPEN: N_("open to this deal"),
    State.ASKS: N_("open, if what was not told is so"),
    State.CLOSED: N_("closed to this deal"),
}


def of_modes(answer: Answer, locale: Locale) -> Iterator[str]:
    """Each mode with its state, the reasons and the papers; * marks what nobody has verified."""
    for one in answer.verdicts:
        yield f"{one.name.say(locale)}: {Message(_STATES[one.state]).say(locale)}{_star(one.verified)}"
        if one.state is not State.CLOSED:
            yield f"    {one.suits.say(locale)}"
        for text, reasons in (
            (N_("closed: {why}"), one.closed), (N_("not told: {why}"), one.asked), (N_("taxes are due: {why}"), one.taxed),
            (N_("look at: {why}"), one.warned),
        ):  # fmt: skip
            yield from (f"    {Message(text, {'why': _reason(reason)}).say(locale)}" for reason in reasons)
        if one.state is not State.CLOSED and one.documents:
            papers = Message(N_("documents: {documents}"), {"documents": one.documents})
            yield f"    {papers.say(locale)}"


def _reason(reason: Reason) -> Message:
    return Message(N_("{text}{star} ({source})"), {"text": reason.text, "star": _star(reason.verified), "source": reason.source})  # fmt: skip


def _star(verified: bool) -> str:
    return "" if verified else "*"


def _facts(found: Explained) -> dict[str, object]:
    return {"sku": found.sku, "channel": found.channel, "day": found.on.isoformat(), "regime": Message(REGIMES[found.regime]), "route": found.route}  # fmt: skip
