"""Places, lots, the ledger, and what is promised of the stock."""

import sqlalchemy as sa
from alembic import op

import service.database
from service.migrations.closed import close_to_changes, reopen
from service.migrations.walls import raise_wall

revision = "0008"
down_revision = "0007"

CLOSED = (
    "movement",
    "serial_move",
)
STOCK = (
    "reservation",
    "stock_document",
    "handling",
    "lot",
    "sale_pool",
    "balance",
    "movement",
    "serial",
    "serial_move",
)


def upgrade() -> None:
    """Make the tables, raise their walls, close what is never changed."""
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("site", sa.String(length=60), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_ru", sa.String(length=80), nullable=False),
        sa.Column("temperatures", sa.JSON(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("unverified", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_place_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_place_organisation_id")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "reservation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(length=32), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("order_number", sa.String(length=60), nullable=True),
        sa.Column("made_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("ends_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservation_quantity")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reservation_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
        sa.UniqueConstraint("organisation_id", "key", "line", name=op.f("uq_reservation_organisation_id")),
    )
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reservation_ends_at",
            ["ends_at"],
            unique=False,
            postgresql_where=sa.text("state = 'active'"),
            sqlite_where=sa.text("state = 'active'"),
        )
        batch_op.create_index(batch_op.f("ix_reservation_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(
            "ix_reservation_to_pick",
            ["pool_id", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'confirmed'"),
            sqlite_where=sa.text("state = 'confirmed'"),
        )

    op.create_table(
        "stock_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("happened_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("recorded_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_stock_document_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["stock_document.id"], name=op.f("fk_stock_document_reverses_id_stock_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_document")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_stock_document_organisation_id")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_stock_document_reverses_id")),
    )
    with op.batch_alter_table("stock_document", schema=None) as batch_op:
        batch_op.create_index("ix_stock_document_kind", ["organisation_id", "kind", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stock_document_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "handling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=6), nullable=False),
        sa.Column("cases_per_pallet", sa.Integer(), nullable=True),
        sa.Column("units", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("least_days", sa.Integer(), nullable=True),
        sa.Column("temperature_min", sa.Integer(), nullable=True),
        sa.Column("low_at", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_handling_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_handling_sku_id_sku"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handling")),
        sa.UniqueConstraint("organisation_id", "sku_id", name=op.f("uq_handling_organisation_id")),
    )
    with op.batch_alter_table("handling", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handling_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("sku_code", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("origin_batch", sa.String(length=60), nullable=True),
        sa.Column("declaration", sa.String(length=60), nullable=True),
        sa.Column("zone", sa.String(length=20), nullable=True),
        sa.Column("temperature_min", sa.Integer(), nullable=True),
        sa.Column("gtin", sa.String(length=14), nullable=True),
        sa.Column("marking", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_lot_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_lot_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("organisation_id", "sku_id", "code", name=op.f("uq_lot_organisation_id")),
        sa.UniqueConstraint("organisation_id", "sku_id", "id", name="uq_lot_owner"),
    )
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.create_index("ix_lot_expires_on", ["expires_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_lot_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "sale_pool",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("show_key", sa.String(length=60), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("allotted", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.CheckConstraint("open OR allotted = reserved + sold", name=op.f("ck_sale_pool_closed")),
        sa.CheckConstraint(
            "reserved >= 0 AND sold >= 0 AND reserved + sold <= allotted", name=op.f("ck_sale_pool_counters")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sale_pool_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_sale_pool_place_id_place")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_sale_pool_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_pool")),
        sa.UniqueConstraint(
            "organisation_id", "show_key", "sku_id", "place_id", name=op.f("uq_sale_pool_organisation_id")
        ),
        postgresql_with={"fillfactor": "50"},
    )
    with op.batch_alter_table("sale_pool", schema=None) as batch_op:
        batch_op.create_index("ix_sale_pool_sku", ["organisation_id", "sku_id", "place_id"], unique=False)

    op.create_table(
        "balance",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("bounded", sa.Boolean(), nullable=False),
        sa.CheckConstraint("on_hand >= 0 OR NOT bounded", name=op.f("ck_balance_on_hand")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_balance_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_balance_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_balance_place_id_place")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_balance_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance")),
        sa.UniqueConstraint("organisation_id", "place_id", "sku_id", "lot_id", name=op.f("uq_balance_organisation_id")),
    )
    with op.batch_alter_table("balance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_balance_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index("ix_balance_sku", ["organisation_id", "sku_id", "place_id"], unique=False)

    op.create_table(
        "movement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=90), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("from_place_id", sa.Integer(), nullable=False),
        sa.Column("to_place_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reservation", sa.String(length=80), nullable=True),
        sa.Column("happened_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("recorded_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_place_id <> to_place_id", name=op.f("ck_movement_places")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_movement_quantity")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["stock_document.id"], name=op.f("fk_movement_document_id_stock_document")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sku_id", "lot_id"],
            ["lot.organisation_id", "lot.sku_id", "lot.id"],
            name=op.f("fk_movement_organisation_id_lot"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_movement_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movement")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_movement_organisation_id")),
    )
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_movement_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_movement_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_movement_sku", ["organisation_id", "sku_id", "id"], unique=False)

    op.create_table(
        "serial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_serial_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_serial_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_serial_place_id_place")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_serial_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial")),
        sa.UniqueConstraint("organisation_id", "sku_id", "code", name=op.f("uq_serial_organisation_id")),
    )
    with op.batch_alter_table("serial", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_serial_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_serial_place_id"), ["place_id"], unique=False)

    op.create_table(
        "serial_move",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("movement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("serial_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["movement_id"], ["movement.id"], name=op.f("fk_serial_move_movement_id_movement")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_serial_move_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["serial_id"], ["serial.id"], name=op.f("fk_serial_move_serial_id_serial")),
        sa.PrimaryKeyConstraint("movement_id", "serial_id", name=op.f("pk_serial_move")),
    )
    with op.batch_alter_table("serial_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_serial_move_serial_id"), ["serial_id"], unique=False)

    raise_wall("place", "shared")
    for table in STOCK:
        raise_wall(table, "stock")
    for table in CLOSED:
        close_to_changes(table)


def downgrade() -> None:
    """Undo it."""
    for table in CLOSED:
        reopen(table)

    with op.batch_alter_table("serial_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_serial_move_serial_id"))

    op.drop_table("serial_move")
    with op.batch_alter_table("serial", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_serial_place_id"))
        batch_op.drop_index(batch_op.f("ix_serial_organisation_id"))

    op.drop_table("serial")
    with op.batch_alter_table("movement", schema=None) as batch_op:
        batch_op.drop_index("ix_movement_sku")
        batch_op.drop_index(batch_op.f("ix_movement_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_movement_document_id"))

    op.drop_table("movement")
    with op.batch_alter_table("balance", schema=None) as batch_op:
        batch_op.drop_index("ix_balance_sku")
        batch_op.drop_index(batch_op.f("ix_balance_lot_id"))

    op.drop_table("balance")
    with op.batch_alter_table("sale_pool", schema=None) as batch_op:
        batch_op.drop_index("ix_sale_pool_sku")

    op.drop_table("sale_pool")
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_organisation_id"))
        batch_op.drop_index("ix_lot_expires_on")

    op.drop_table("lot")
    with op.batch_alter_table("handling", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handling_organisation_id"))

    op.drop_table("handling")
    with op.batch_alter_table("stock_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_document_organisation_id"))
        batch_op.drop_index("ix_stock_document_kind")

    op.drop_table("stock_document")
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reservation_to_pick",
            postgresql_where=sa.text("state = 'confirmed'"),
            sqlite_where=sa.text("state = 'confirmed'"),
        )
        batch_op.drop_index(batch_op.f("ix_reservation_organisation_id"))
        batch_op.drop_index(
            "ix_reservation_ends_at",
            postgresql_where=sa.text("state = 'active'"),
            sqlite_where=sa.text("state = 'active'"),
        )

    op.drop_table("reservation")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_organisation_id"))

    op.drop_table("place")
