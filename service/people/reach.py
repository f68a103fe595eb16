"""How far a session sees. The one place that decides it: every query is narrowed, every write is checked.

Tables of the domains inherit one of three mixins; a test refuses a table that inherits none and is not named as common.
On PostgreSQL the same reach is told to the server, whose row-level security is the second wall.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, ForeignKey, Table, and_, event, or_, select, text
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql import visitors
from sqlalchemy.sql.visitors import ExternallyTraversible

from service.database import Base
from service.errors import DomainError
from service.i18n import N_
from service.people.caller import Caller, caller_of
from service.people.models import Organisation

__all__ = ["NotYours", "Own", "Shared", "Stock", "act_for", "organisation_of"]


class Own:
    """Rows only their organisation sees: prices, shows, jobs, audit."""

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)


class Shared:
    """Rows an organisation may let all others read, never write: its catalogue."""

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)


class Stock:
    """Rows park staff see across all organisations."""

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)


class NotYours(DomainError):
    """Somebody tries to change what belongs to another organisation."""

    status = 403
    title = N_("This belongs to another organisation; it can be read, but not changed.")
    remedy = N_("Make one of your own under the same key: yours then stands in front of the shared one.")


_OWNED = (Own, Shared, Stock)


def organisation_of(session: Session) -> int:
    """The organisation this session writes for."""
    return caller_of(session).organisation


def act_for(session: Session, caller: Caller) -> None:
    """From here on the session acts for `caller`, also in a transaction that has begun."""
    session.info["caller"] = caller
    if session.in_transaction():
        _tell(session.connection(), caller)


@lru_cache(maxsize=4096)
def _reading(own: int, whole_stock: bool) -> tuple[ORMOption, ...]:
    open_to_me = select(Organisation.id).where(
        or_(Organisation.id == own, and_(Organisation.shares_catalogue, Organisation.active))
    )
    options: list[ORMOption] = [
        with_loader_criteria(Own, lambda cls: cls.organisation_id == own, include_aliases=True),
        with_loader_criteria(Shared, lambda cls: cls.organisation_id.in_(open_to_me), include_aliases=True),
    ]
    if not whole_stock:
        options.append(with_loader_criteria(Stock, lambda cls: cls.organisation_id == own, include_aliases=True))
    return tuple(options)


@lru_cache(maxsize=4096)
def _changing(own: int) -> tuple[ORMOption, ...]:
    return tuple(
        with_loader_criteria(mixin, lambda cls: cls.organisation_id == own, include_aliases=True) for mixin in _OWNED
    )


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    caller: Caller | None = state.session.info.get("caller")
    if caller is None:
        if any(issubclass(mapper.class_, _OWNED) for mapper in state.all_mappers):
            caller_of(state.session)
        return
    if caller.everything or state.is_column_load or state.is_relationship_load:
        return  # relationship loads carry the criteria of the query they follow
    if not state.is_orm_statement:
        _refuse_bare_tables(state)
    elif state.is_select:
        whole_stock = "stock:read-all" in caller.rights
        state.statement = state.statement.options(*_reading(caller.organisation, whole_stock))
    elif state.is_update or state.is_delete:
        state.statement = state.statement.options(*_changing(caller.organisation))
    elif state.is_insert and state.bind_mapper is not None and issubclass(state.bind_mapper.class_, _OWNED):
        rows: Any = state.parameters or {}
        for row in rows if isinstance(rows, list) else [rows]:
            if row.setdefault("organisation_id", caller.organisation) != caller.organisation:
                raise NotYours()


def _refuse_bare_tables(state: ORMExecuteState) -> None:
    """Criteria follow mapped classes only: a statement on a table itself would see everybody's rows."""
    mappers = Base.registry.mappers
    owned = {mapper.local_table for mapper in mappers if issubclass(mapper.class_, _OWNED)}
    for part in visitors.iterate(cast("ExternallyTraversible", state.statement)):
        if isinstance(part, Table) and part in owned:
            raise LookupError(f"select the mapped class, not the table {part.name}: only classes are narrowed")


@event.listens_for(Session, "before_flush")
def _check_writes(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    for row in session.new:
        if isinstance(row, _OWNED):
            caller = caller_of(session)
            if row.organisation_id is None and not caller.everything:
                row.organisation_id = caller.organisation
            _check(row.organisation_id, caller)
    for changed in (session.dirty, session.deleted):
        for row in changed:
            if isinstance(row, _OWNED) and (row in session.deleted or session.is_modified(row)):
                _check(row.organisation_id, caller_of(session))


def _check(organisation: int, caller: Caller) -> None:
    if organisation != caller.organisation and not caller.everything:
        raise NotYours()


@event.listens_for(Session, "after_begin")
def _second_wall(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    if caller := session.info.get("caller"):
        _tell(connection, caller)


_SETTINGS = text(
    "SELECT set_config('amurlive.all', :all, true), set_config('amurlive.own', :own, true),"
    " set_config('amurlive.stock', :stock, true)"
)


def _tell(connection: Connection, caller: Caller) -> None:
    """PostgreSQL's policies read these settings; they end with the transaction. Unset, no row is seen."""
    if connection.dialect.name != "postgresql":
        return
    connection.execute(
        _SETTINGS,
        {
            "all": "on" if caller.everything else "off",
            "own": str(caller.organisation),
            "stock": "all" if "stock:read-all" in caller.rights else "own",
        },
    )
