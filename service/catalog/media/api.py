"""HTTP: pictures uploaded, fetched, and shown on cards."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from service.catalog.answers import Both
from service.catalog.files import Text
from service.catalog.media.checking import check_picture
from service.catalog.media.fetching import Size, fetch
from service.catalog.media.keeping import MOST_ON_CARD, Role, keep_checked, pictures_of, put_on_card, take_off
from service.catalog.media.models import Media, ProductMedia
from service.http.kinds import KeyPath
from service.http.versions import known_already, tag
from service.people.caller import caller_of
from service.people.guard import Guarded, reading, writing

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["pictures"])
Reading = Annotated[Session, reading("catalogue:read")]
Looking = Annotated[Session, reading("catalogue:write")]  # who may write, before anything is written
Writing = Annotated[Session, writing("catalogue:write")]
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the picture.")]
Alt = Annotated[Text, StringConstraints(max_length=300)]
_DIGEST = "5f0c0d0f1f5b8a3d1c2b7e9a4d6c8b0a9e7d5c3b1a0f8e6d4c2b0a9f8e7d6c5b"
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The picture.", "content": {f"image/{form}": {} for form in ("jpeg", "png", "webp")}},
    304: {"description": "You have it already."},
}


class MediaShown(BaseModel):
    """A kept picture; `size` in bytes, `width` and `height` in pixels as it is shown. Fetch it at /api/v1/media/{digest}."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "digest": _DIGEST, "name": "alenka.jpg", "type": "image/jpeg", "size": 183211, "width": 1600, "height": 1200,
            }
        }
    )  # fmt: skip
    digest: str
    name: str
    type: str
    size: int
    width: int
    height: int


class PictureShown(MediaShown):
    """A picture on a card: its part, its place, and what it shows, for those who cannot see it."""

    model_config = ConfigDict(json_schema_extra={})
    role: Role
    position: int
    alt: Both


class Pictures(BaseModel):
    """The pictures of a card, the main one first."""

    items: list[PictureShown]


class AltWanted(BaseModel):
    """What the picture shows, in each language; null takes the words away, a language left out stays."""

    model_config = ConfigDict(extra="forbid")
    zh: Alt | None = None
    ru: Alt | None = None


class PictureWanted(BaseModel):
    """How a card shows the picture; what is left out stays as it is. One picture is the main one; it comes first."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"role": "main", "alt": {"zh": "阿廖卡巧克力正面包装", "ru": "Лицевая сторона плитки «Алёнка»"}}
        },
    )
    role: Role | None = None
    position: int | None = Field(None, ge=1, le=MOST_ON_CARD)
    alt: AltWanted | None = None


@router.post("/media", status_code=201)
def post_media(
    session: Looking,
    request: Request,
    content: Annotated[bytes, Body(media_type="application/octet-stream", min_length=1)],
    name: Annotated[
        str, Query(max_length=120, pattern=r"^[^\x00-\x1f\x7f/\\]+$", description="File name, for people only.")
    ],
) -> MediaShown:
    """Send a JPEG, PNG or WebP as the body: at most 20 MB, sides of at least 64 pixels. The same picture again is the same.

    It is kept without a person's data (GPS, camera, comments); one that no card shows is forgotten after a week.
    """
    caller = caller_of(session)
    session.rollback()  # nothing is held while the picture is decoded
    picture = check_picture(name, content)
    with request.app.state.database.acting(caller).writing() as own:
        return MediaShown.model_validate(keep_checked(own, picture), from_attributes=True)


@router.get("/media/{digest}", response_class=Response, responses=_PICTURE)
def read_media(session: Reading, request: Request, digest: Digest, size: Size = "original") -> Response:
    """A picture: the original, or a WebP that fits into 640 (medium) or 160 (small) pixels."""
    version = (digest,) if size == "original" else (digest, size)
    kept = fetch(session, digest, size=size, only_type=known_already(request, *version))
    status, content = (200, kept.content) if kept.content is not None else (304, None)
    response = Response(content, status_code=status, media_type=kept.type if content is not None else None)
    tag(response, *version)
    # The address names the content: nothing else will ever stand there.
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@router.get("/products/{key}/pictures")
def read_pictures(session: Reading, key: KeyPath) -> Pictures:
    """The pictures of a card."""
    return Pictures(items=[shown(picture) for picture in pictures_of(session, key)])


@router.put("/products/{key}/pictures/{digest}")
def put_picture(session: Writing, key: KeyPath, digest: Digest, wanted: PictureWanted) -> PictureShown:
    """Show a kept picture on a card of one's own, or change how it is shown there."""
    alt = wanted.alt.model_dump(exclude_unset=True) if wanted.alt else None
    return shown(put_on_card(session, key, digest=digest, role=wanted.role, position=wanted.position, alt=alt))


@router.delete("/products/{key}/pictures/{digest}", status_code=204)
def delete_picture(session: Writing, key: KeyPath, digest: Digest) -> None:
    """Show the picture no longer on this card. It is forgotten a week after no card shows it."""
    take_off(session, key, digest=digest)


def shown(picture: ProductMedia) -> PictureShown:
    """A picture on a card for the outside."""
    kept: Media = picture.media
    return PictureShown(
        digest=kept.digest, name=kept.name, type=kept.type, size=kept.size, width=kept.width, height=kept.height,
        role=picture.role, position=picture.position, alt=Both(zh=picture.alt_zh, ru=picture.alt_ru),
    )  # fmt: skip
