"""HTTP: sheets of cards uploaded, and column mappings saved. Checking, taking over and exporting are jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.catalog.columns import all_columns, header_of
from service.catalog.sheets.planning import SheetMapping
from service.catalog.sheets.taking import keep_profile, keep_upload, profiles
from service.http.kinds import NamePath
from service.http.languages import CallerLocale
from service.people.guard import Guarded, reading, writing

router = APIRouter(route_class=Guarded, prefix="/api/v1/sheets", tags=["sheets"])
Reading = Annotated[Session, reading("catalogue:read")]
Writing = Annotated[Session, writing("catalogue:write")]


class UploadShown(BaseModel):
    """A file of cards, kept for a week. Order the job `catalogue.check` with its id, then `catalogue.take`."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"id": 7, "name": "cards.xlsx", "size": 18211, "at": "2026-11-24T08:00:00Z"}}
    )
    id: int
    name: str
    size: int
    at: datetime


class ColumnShown(BaseModel):
    """A column sheets may have: its field, and its name in your language."""

    field: str
    header: str


class Columns(BaseModel):
    """All columns."""

    items: list[ColumnShown]


class ProfileShown(BaseModel):
    """A saved column mapping."""

    name: str
    mapping: SheetMapping


class Profiles(BaseModel):
    """All saved mappings."""

    items: list[ProfileShown]


@router.post("/uploads", status_code=201)
def post_upload(
    session: Writing,
    content: Annotated[bytes, Body(media_type="application/octet-stream", min_length=1)],
    name: Annotated[
        str,
        Query(
            max_length=120,
            pattern=r"^[^\x00-\x1f\x7f/\\]+$",
            description="File name with its ending: .xlsx, .csv, .yaml.",
        ),
    ],
) -> UploadShown:
    """Send a file as the body. The same file again is the same upload."""
    kept = keep_upload(session, name=name, content=content)
    return UploadShown(id=kept.id, name=kept.name, size=kept.size, at=kept.at)


@router.get("/columns")
def read_columns(session: Reading, locale: CallerLocale) -> Columns:
    """The columns of a sheet and what they are called in your language; other languages' names are understood too."""
    return Columns(items=[ColumnShown(field=path, header=header_of(path, locale)) for path in all_columns()])


@router.get("/mappings")
def read_mappings(session: Reading) -> Profiles:
    """Saved column mappings."""
    found = [ProfileShown(name=p.name, mapping=SheetMapping.model_validate(p.mapping)) for p in profiles(session)]
    return Profiles(items=found)


@router.put("/mappings/{name}")
def put_mapping(
    session: Writing, name: Annotated[NamePath, Field(max_length=80)], mapping: SheetMapping
) -> ProfileShown:
    """Save a column mapping under a name."""
    keep_profile(session, name=name, mapping=mapping)
    return ProfileShown(name=name, mapping=mapping)
