"""Which form belongs to which channel."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module

from service.errors import DomainError
from service.i18n import N_
from service.listings.channels import Channel
from service.listings.forms.form import Form

__all__ = ["NoForm", "form_for", "forms"]

_FORMS: Mapping[str, str] = {
    "alibaba_1688": "alibaba_1688:Alibaba1688",
    "aliexpress_ru": "aliexpress_ru:AliExpressRu",
    "avito": "avito:Avito",
    "douyin": "douyin:Douyin",
    "generic": "generic:Generic",
    "kuaishou": "kuaishou:Kuaishou",
    "megamarket": "megamarket:Megamarket",
    "ozon": "ozon:Ozon",
    "pinduoduo": "pinduoduo:Pinduoduo",
    "taobao": "taobao:Taobao",
    "vk_market": "vk_market:VkMarket",
    "wechat_shop": "wechat_shop:WechatShop",
    "wildberries": "wildberries:Wildberries",
    "yandex_market": "yandex_market:YandexMarket",
    "yml_feed": "yml:Yml",
    "yml_search": "yml:Yml",
}
_OTHERS: Mapping[tuple[str, str], str] = {
    ("generic", "jsonl"): "generic:GenericLines",
    ("generic", "ndjson"): "generic:GenericLines",
    ("generic", "tsv"): "google:Google",
    ("generic", "xml"): "google:GoogleRss",
}
"""Forms beside a channel's usual one, by the ending of the file."""


class NoForm(DomainError):
    """A channel listings can be checked for, but not written for."""

    title = N_("Listings cannot be exported for {channel} yet.")
    remedy = N_("Channels with an export: {known}.")


def forms() -> list[str]:
    """Keys of the channels listings can be exported for."""
    return sorted(_FORMS)


@lru_cache(maxsize=64)
def form_for(channel: Channel, ending: str = "") -> Form:
    """The form of a channel; where it has several, that of the file's ending (json, jsonl, tsv, xml). Raises `NoForm`."""
    if channel.key not in _FORMS:
        raise NoForm(channel=channel.key, known=forms())
    module, _, name = _OTHERS.get((channel.key, ending), _FORMS[channel.key]).partition(":")
    form: Form = getattr(import_module(f"service.listings.forms.{module}"), name)(channel)
    return form
