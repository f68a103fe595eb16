"""Sizes of packs; offered and purchase prices; shops, categories of platforms, choices, exports of listings."""

import sqlalchemy as sa
from alembic import op

import service.database
from service.migrations.closed import close_to_changes, reopen
from service.migrations.walls import raise_wall

revision = "0012"
down_revision = "0011"

CLOSED = ("exported_item", "listing_export", "offered_price", "purchase_price")
OWN = (
    *CLOSED, "channel_attribute", "channel_category", "channel_value", "listing_choice", "listing_ref", "picture_address", "shop",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, raise their walls, close what is never changed."""
    op.create_table(
        "channel_category",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("external", sa.String(length=80), nullable=False),
        sa.Column("parent", sa.String(length=80), nullable=True),
        sa.Column("name_zh", sa.String(length=200), nullable=True),
        sa.Column("name_ru", sa.String(length=200), nullable=True),
        sa.Column("leaf", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_channel_category_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_category")),
        sa.UniqueConstraint("organisation_id", "channel", "external", name=op.f("uq_channel_category_organisation_id")),
    )
    op.create_table(
        "listing_export",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("market", sa.String(length=2), nullable=False),
        sa.Column("shop", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("revision", sa.Date(), nullable=False),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("held", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_listing_export_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_export")),
    )
    with op.batch_alter_table("listing_export", schema=None) as batch_op:
        batch_op.create_index(
            "ix_listing_export_channel", ["organisation_id", "channel", "market", "shop", "id"], unique=False
        )

    op.create_table(
        "shop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("vat", sa.String(length=4), nullable=False),
        sa.Column("settings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("updated_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_shop_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_shop_organisation_id")),
    )
    with op.batch_alter_table("shop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shop_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "channel_attribute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("external", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=True),
        sa.Column("name_ru", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("limits", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["channel_category.id"],
            name=op.f("fk_channel_attribute_category_id_channel_category"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_channel_attribute_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_attribute")),
        sa.UniqueConstraint("category_id", "external", name=op.f("uq_channel_attribute_category_id")),
    )
    with op.batch_alter_table("channel_attribute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channel_attribute_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "exported_item",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("market", sa.String(length=2), nullable=False),
        sa.Column("shop", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["export_id"], ["listing_export.id"], name=op.f("fk_exported_item_export_id_listing_export")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_exported_item_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exported_item")),
        sa.UniqueConstraint("export_id", "code", name=op.f("uq_exported_item_export_id")),
    )
    with op.batch_alter_table("exported_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_exported_item_code",
            ["organisation_id", "channel", "market", "shop", "kind", "code", "id"],
            unique=False,
        )

    op.create_table(
        "listing_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("family_key", sa.String(length=40), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(length=80), nullable=True),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("extras", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(family_key IS NULL) <> (product_id IS NULL)", name=op.f("ck_listing_choice_whose")),
        sa.ForeignKeyConstraint(["family_key"], ["family.key"], name=op.f("fk_listing_choice_family_key_family")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_listing_choice_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_listing_choice_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_choice")),
        sa.UniqueConstraint("organisation_id", "channel", "family_key", name="uq_listing_choice_family"),
        sa.UniqueConstraint("organisation_id", "channel", "product_id", name="uq_listing_choice_product"),
    )
    with op.batch_alter_table("listing_choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_choice_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "listing_ref",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_listing_ref_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_listing_ref_shop_id_shop"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_ref")),
        sa.UniqueConstraint("shop_id", "code", "kind", name=op.f("uq_listing_ref_shop_id")),
    )
    with op.batch_alter_table("listing_ref", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_ref_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "picture_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_picture_address_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shop.id"], name=op.f("fk_picture_address_shop_id_shop"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture_address")),
        sa.UniqueConstraint("shop_id", "digest", name=op.f("uq_picture_address_shop_id")),
    )
    with op.batch_alter_table("picture_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_picture_address_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "channel_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attribute_id", sa.Integer(), nullable=False),
        sa.Column("external", sa.String(length=80), nullable=False),
        sa.Column("zh", sa.String(length=500), nullable=True),
        sa.Column("ru", sa.String(length=500), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attribute_id"],
            ["channel_attribute.id"],
            name=op.f("fk_channel_value_attribute_id_channel_attribute"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_channel_value_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_value")),
        sa.UniqueConstraint("attribute_id", "external", name=op.f("uq_channel_value_attribute_id")),
    )
    with op.batch_alter_table("channel_value", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channel_value_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "offered_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(length=2), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(length=40), nullable=True),
        sa.Column("valid_from", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("valid_to", service.database.UtcTime(timezone=True), nullable=True),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_offered_price_amount")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_offered_price_validity")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_offered_price_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_offered_price_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offered_price")),
    )
    with op.batch_alter_table("offered_price", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offered_price_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(
            "ix_offered_price_sku", ["sku_id", "organisation_id", "market", "channel", "kind", "id"], unique=False
        )

    op.create_table(
        "purchase_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_purchase_price_amount")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_purchase_price_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_purchase_price_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_price")),
    )
    with op.batch_alter_table("purchase_price", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_price_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_purchase_price_sku", ["sku_id", "organisation_id", "valid_from", "id"], unique=False)

    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.add_column(sa.Column("length_mm", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("width_mm", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("height_mm", sa.Integer(), nullable=True))

    for table in OWN:
        raise_wall(table)
    for table in CLOSED:
        close_to_changes(table)


def downgrade() -> None:
    """Undo it."""
    for table in CLOSED:
        reopen(table)
    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.drop_column("height_mm")
        batch_op.drop_column("width_mm")
        batch_op.drop_column("length_mm")

    with op.batch_alter_table("purchase_price", schema=None) as batch_op:
        batch_op.drop_index("ix_purchase_price_sku")
        batch_op.drop_index(batch_op.f("ix_purchase_price_organisation_id"))

    op.drop_table("purchase_price")
    with op.batch_alter_table("offered_price", schema=None) as batch_op:
        batch_op.drop_index("ix_offered_price_sku")
        batch_op.drop_index(batch_op.f("ix_offered_price_organisation_id"))

    op.drop_table("offered_price")
    with op.batch_alter_table("channel_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_channel_value_organisation_id"))

    op.drop_table("channel_value")
    with op.batch_alter_table("picture_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_picture_address_organisation_id"))

    op.drop_table("picture_address")
    with op.batch_alter_table("listing_ref", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_ref_organisation_id"))

    op.drop_table("listing_ref")
    with op.batch_alter_table("listing_choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_choice_organisation_id"))

    op.drop_table("listing_choice")
    with op.batch_alter_table("exported_item", schema=None) as batch_op:
        batch_op.drop_index("ix_exported_item_code")

    op.drop_table("exported_item")
    with op.batch_alter_table("channel_attribute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_channel_attribute_organisation_id"))

    op.drop_table("channel_attribute")
    with op.batch_alter_table("shop", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shop_organisation_id"))

    op.drop_table("shop")
    with op.batch_alter_table("listing_export", schema=None) as batch_op:
        batch_op.drop_index("ix_listing_export_channel")

    op.drop_table("listing_export")
    op.drop_table("channel_category")
