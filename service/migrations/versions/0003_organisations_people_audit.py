"""Organisations, people, how they get in, and the audit; every row of a domain now belongs to an organisation.

What was there before belongs to the organisation that runs the installation.
"""

import sqlalchemy as sa
from alembic import op

import service.database
from service.database import now
from service.migrations.walls import Reach, raise_wall, take_down_wall

revision = "0003"
down_revision = "0002"

# Tables that were there, how far they are read, and what is now unique within an organisation instead of everywhere.
_OWNED: dict[str, tuple[Reach, str | None, list[str]]] = {
    "product": ("shared", "uq_product_key", ["key"]),
    "product_text": ("shared", None, []),
    "sku": ("shared", "uq_sku_code", ["code"]),
    "price": ("own", "uq_price_sku_id", ["sku_id", "market"]),
    "show": ("own", "uq_show_key", ["key"]),
    "show_item": ("own", None, []),
    "script": ("own", None, []),
    "script_block": ("own", None, []),
    "script_line": ("own", None, []),
    "script_step": ("own", None, []),
}


def upgrade() -> None:
    """Make the tables, then give every row its organisation."""
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_ru", sa.String(length=120), nullable=False),
        sa.Column("shares_catalogue", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("key", name=op.f("uq_organisation_key")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=True),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_at"), "sign_in_attempt", ["at"], unique=False)
    op.create_index(op.f("ix_sign_in_attempt_what"), "sign_in_attempt", ["what"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("expires_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", service.database.UtcTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_api_token_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_api_token_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_organisation_id"), "api_token", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_api_token_person_id"), "api_token", ["person_id"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("thing", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("request", sa.String(length=64), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_audit_entry_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_audit_entry_organisation_id")),
    )
    op.create_index(op.f("ix_audit_entry_action"), "audit_entry", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entry_organisation_id"), "audit_entry", ["organisation_id"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_audit_head_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_audit_head_organisation_id")),
    )
    op.create_index(op.f("ix_audit_head_organisation_id"), "audit_head", ["organisation_id"], unique=False)

    op.create_table(
        "certification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_certification_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification")),
        sa.UniqueConstraint("organisation_id", "platform", "valid_from", name=op.f("uq_certification_organisation_id")),
    )
    op.create_table(
        "membership",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "organisation_id", "role", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False)

    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("created_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("expires_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("used_at", service.database.UtcTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_one_time_link_made_by_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_one_time_link_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_one_time_link_digest")),
    )
    op.create_index(op.f("ix_one_time_link_organisation_id"), "one_time_link", ["organisation_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("expires_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_sign_in_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_digest")),
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"], unique=False)

    _make_host()
    for table in ("show", "script"):
        op.add_column(table, sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    for table, (reach, old, unique) in _OWNED.items():
        op.add_column(table, sa.Column("organisation_id", sa.Integer(), nullable=True))
        op.execute(f"UPDATE {table} SET organisation_id = 1")
        with op.batch_alter_table(table) as batch:
            batch.alter_column("organisation_id", existing_type=sa.Integer(), nullable=False)
            if old:
                batch.drop_constraint(op.f(old), type_="unique")
                batch.create_unique_constraint(op.f(f"uq_{table}_organisation_id"), ["organisation_id", *unique])
            batch.create_index(op.f(f"ix_{table}_organisation_id"), ["organisation_id"])
            batch.create_foreign_key(
                op.f(f"fk_{table}_organisation_id_organisation"), "organisation", ["organisation_id"], ["id"]
            )
        raise_wall(table, reach)
    op.create_table(
        "answered",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_answered_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answered")),
        sa.UniqueConstraint("organisation_id", "who", "key", name=op.f("uq_answered_organisation_id")),
    )
    op.create_index(op.f("ix_answered_at"), "answered", ["at"])
    op.create_index(op.f("ix_answered_organisation_id"), "answered", ["organisation_id"])
    raise_wall("answered")
    raise_wall("audit_entry")
    raise_wall("audit_head")


def _make_host() -> None:
    """The organisation that runs the installation; its name is changed with `amurlive people organisation`."""
    organisation = sa.table(
        "organisation",
        *(sa.column(n) for n in ("key", "kind", "name_zh", "name_ru", "version")),
        sa.column("shares_catalogue", sa.Boolean()),
        sa.column("active", sa.Boolean()),
        sa.column("created_at", service.database.UtcTime()),
    )
    op.get_bind().execute(
        organisation.insert().values(
            key="park",
            kind="park",
            name_zh="本园区",
            name_ru="Наш парк",
            shares_catalogue=True,
            active=True,
            version=1,
            created_at=now(),
        )
    )
    op.execute("INSERT INTO audit_head (organisation_id, number, digest) VALUES (1, 0, '')")


def downgrade() -> None:
    """Undo it: rows of other organisations would stand beside those of the host, so there may be none."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM organisation")) != 1:
        raise RuntimeError("more than one organisation: going back would mix their rows")
    for table, (_, old, unique) in reversed(_OWNED.items()):
        take_down_wall(table)
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_organisation_id_organisation"), type_="foreignkey")
            batch.drop_index(op.f(f"ix_{table}_organisation_id"))
            if old:
                batch.drop_constraint(op.f(f"uq_{table}_organisation_id"), type_="unique")
                batch.create_unique_constraint(op.f(old), unique)
            batch.drop_column("organisation_id")
    for table in ("show", "script"):
        op.drop_column(table, "revision")
    op.drop_table("answered")
    op.drop_table("sign_in")
    op.drop_table("one_time_link")
    op.drop_table("membership")
    op.drop_table("certification")
    op.drop_table("audit_head")
    op.drop_table("audit_entry")
    op.drop_table("api_token")
    op.drop_table("sign_in_attempt")
    op.drop_table("person")
    op.drop_table("organisation")
