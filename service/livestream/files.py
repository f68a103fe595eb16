"""What a person gives to plan a show: the form of `catalogs/shows/*.yaml`, of the command and of the request."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from service.authored import Strict
from service.catalog.files import Key, Market, Name, Pair, SkuCode, Text
from service.livestream.brief import Role

__all__ = ["GiftPlan", "ItemPlan", "ShowPlan"]


class ZhGift(Strict):
    """一 + measure word + noun."""

    measure: Text
    noun: Text


class RuGift(Strict):
    """Noun with a card in names/nouns.yaml and, if wanted, an adjective in the masculine nominative."""

    noun: Text
    adjective: Text | None = None


class GiftPlan(Strict):
    """What comes with a purchase: name and quantity."""

    quantity: int = Field(gt=0, le=1000)
    zh: ZhGift
    ru: RuGift


class ItemPlan(Strict):
    """One SKU of the show. Role and link number are given by the pattern's line-up and the order, if left out."""

    sku: SkuCode
    role: Role | None = None
    link: int | None = Field(None, gt=0, le=999)
    limit: int | None = Field(None, gt=0, le=1000)
    gift: GiftPlan | None = None


class ShowPlan(Strict):
    """One planned show."""

    key: Key
    name: Pair
    pattern: Annotated[str, StringConstraints(min_length=1)]
    minutes: int | None = Field(None, gt=0, le=600)
    languages: list[Literal["zh", "ru"]] = Field(["zh", "ru"], min_length=1, max_length=2)
    market: Market | None = None
    seed: int = Field(1, ge=0, lt=2**31)
    place: Name | None = None
    host: Pair | None = None
    cohost: Pair | None = None
    preview: Pair | None = None
    items: list[ItemPlan] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _two_different_languages(self) -> ShowPlan:
        if len(set(self.languages)) != len(self.languages):
            raise PydanticCustomError("language_twice", "A language stands twice.")
        return self

    def sold_in(self) -> str:
        """The market: as given, else CN where Chinese is spoken, RU for a Russian-only show."""
        return self.market or ("CN" if "zh" in self.languages else "RU")
