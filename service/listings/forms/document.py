"""What would be sent to a channel, as one JSON document: for programs that send it themselves, and for people who look it over first.

Nothing secret is in it: signatures, tokens and times of sending are added by whoever sends.
"""

from __future__ import annotations

from datetime import date
from typing import BinaryIO

from service.i18n import LOCALES, Message
from service.listings.channels import Channel
from service.listings.forms.form import Plan, written

__all__ = ["write_document"]


def write_document(channel: Channel, plan: Plan, day: date, to: BinaryIO) -> None:
    """Write {"channel", "day", "revision", "requests": [{"call", "body"}], "held": [{"code", "message", "remedy"}]}.

    `revision` is that of the channel's file; what is held back is said in every language. Written request by request.
    """
    head = {"channel": channel.key, "day": day, "revision": channel.content.revision}
    to.write(written(head)[:-1] + b',"requests":[')
    for at, one in enumerate(plan.requests):
        to.write((b",\n" if at else b"\n") + written({"call": one.call, "body": one.body}))
    held = [
        {"code": one.code, "message": _in_all(one.message), "remedy": _in_all(one.remedy)} for one in plan.held
    ]  # fmt: skip
    to.write(b'],"held":' + written(held) + b"}\n")


def _in_all(message: Message) -> dict[str, str]:
    return {locale: message.say(locale) for locale in LOCALES}
