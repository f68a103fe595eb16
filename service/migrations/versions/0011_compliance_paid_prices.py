"""Evidence, declared facts, kept checks, reviews and corrections; prices buyers paid; exchange rates."""

import sqlalchemy as sa
from alembic import op

import service.database
from service.migrations.closed import close_to_changes, reopen
from service.migrations.walls import raise_wall

revision = "0011"
down_revision = "0010"

CLOSED = ("air_correction", "broadcast_review", "compliance_check", "compliance_finding", "paid_price")
OWN = (*CLOSED, "declared_fact", "evidence")


def upgrade() -> None:
    """Make the tables, raise their walls, close what is never changed."""
    op.create_table(
        "exchange_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(length=3), nullable=False),
        sa.Column("quote", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("nominal", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.CheckConstraint("base <> quote", name=op.f("ck_exchange_rate_pair")),
        sa.CheckConstraint("nominal > 0", name=op.f("ck_exchange_rate_nominal")),
        sa.CheckConstraint("value > 0", name=op.f("ck_exchange_rate_value")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
        sa.UniqueConstraint("base", "quote", "day", name=op.f("uq_exchange_rate_base")),
    )
    op.create_table(
        "air_correction",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("show", sa.String(length=60), nullable=False),
        sa.Column("line", sa.String(length=120), nullable=True),
        sa.Column("wrong", sa.String(length=500), nullable=False),
        sa.Column("zh", sa.String(length=500), nullable=True),
        sa.Column("ru", sa.String(length=500), nullable=True),
        sa.Column("said_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("corrected_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_air_correction_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_air_correction")),
    )
    with op.batch_alter_table("air_correction", schema=None) as batch_op:
        batch_op.create_index("ix_air_correction_show", ["organisation_id", "show"], unique=False)

    op.create_table(
        "broadcast_review",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("show", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reviewer", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("content", sa.Boolean(), nullable=False),
        sa.Column("narration", sa.Boolean(), nullable=False),
        sa.Column("costume", sa.Boolean(), nullable=False),
        sa.Column("set", sa.Boolean(), nullable=False),
        sa.Column("props", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_broadcast_review_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_review")),
    )
    with op.batch_alter_table("broadcast_review", schema=None) as batch_op:
        batch_op.create_index("ix_broadcast_review_show", ["organisation_id", "show", "version"], unique=False)

    op.create_table(
        "compliance_check",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(length=2), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("stops", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_compliance_check_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_check")),
    )
    with op.batch_alter_table("compliance_check", schema=None) as batch_op:
        batch_op.create_index(
            "ix_compliance_check_subject", ["organisation_id", "kind", "key", "version"], unique=False
        )

    op.create_table(
        "declared_fact",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("of", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_declared_fact_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_fact")),
        sa.UniqueConstraint("organisation_id", "of", "key", "field", name=op.f("uq_declared_fact_organisation_id")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("locator", sa.String(length=300), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("skus", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("reviewer", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=True),
        sa.Column("file_type", sa.String(length=80), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("revoked_at", service.database.UtcTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.Column("revoked_why", sa.String(length=200), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_evidence_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_valid_to"), ["valid_to"], unique=False)

    op.create_table(
        "compliance_finding",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=5), nullable=False),
        sa.Column("market", sa.String(length=2), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=False),
        sa.Column("excerpt", sa.String(), nullable=False),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("sku", sa.String(length=40), nullable=True),
        sa.Column("disguised", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["check_id"], ["compliance_check.id"], name=op.f("fk_compliance_finding_check_id_compliance_check")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_compliance_finding_evidence_id_evidence")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_compliance_finding_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_finding")),
        sa.UniqueConstraint("check_id", "position", name=op.f("uq_compliance_finding_check_id")),
    )
    op.create_table(
        "paid_price",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("paid_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.CheckConstraint("paid > 0", name=op.f("ck_paid_price_paid")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_paid_price_quantity")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_paid_price_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_paid_price_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paid_price")),
        sa.UniqueConstraint(
            "organisation_id", "source", "reference", "sku_id", name=op.f("uq_paid_price_organisation_id")
        ),
    )
    with op.batch_alter_table("paid_price", schema=None) as batch_op:
        batch_op.create_index("ix_paid_price_organisation_id", ["organisation_id", "id"], unique=False)
        batch_op.create_index(
            "ix_paid_price_sku", ["sku_id", "organisation_id", "market", "paid_at", "paid"], unique=False
        )
    for table in OWN:
        raise_wall(table)
    for table in CLOSED:
        close_to_changes(table)


def downgrade() -> None:
    """Undo it."""
    for table in CLOSED:
        reopen(table)
    with op.batch_alter_table("paid_price", schema=None) as batch_op:
        batch_op.drop_index("ix_paid_price_sku")
        batch_op.drop_index("ix_paid_price_organisation_id")

    op.drop_table("paid_price")
    op.drop_table("compliance_finding")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_valid_to"))
        batch_op.drop_index(batch_op.f("ix_evidence_organisation_id"))

    op.drop_table("evidence")
    op.drop_table("declared_fact")
    with op.batch_alter_table("compliance_check", schema=None) as batch_op:
        batch_op.drop_index("ix_compliance_check_subject")

    op.drop_table("compliance_check")
    with op.batch_alter_table("broadcast_review", schema=None) as batch_op:
        batch_op.drop_index("ix_broadcast_review_show")

    op.drop_table("broadcast_review")
    with op.batch_alter_table("air_correction", schema=None) as batch_op:
        batch_op.drop_index("ix_air_correction_show")

    op.drop_table("air_correction")
    op.drop_table("exchange_rate")
