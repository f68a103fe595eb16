"""Catalogue, prices, shows and scripts."""

import sqlalchemy as sa
from alembic import op

import service.database

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Catalogue, prices, shows and scripts."""
    op.create_table(
        "family",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_ru", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_family")),
    )
    op.create_table(
        "show",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("pattern", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("market", sa.String(length=2), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=True),
        sa.Column("host", sa.JSON(), nullable=True),
        sa.Column("cohost", sa.JSON(), nullable=True),
        sa.Column("preview", sa.JSON(), nullable=True),
        sa.Column("created_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_show")),
        sa.UniqueConstraint("key", name=op.f("uq_show_key")),
    )
    op.create_table(
        "family_attribute",
        sa.Column("family_key", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=True),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_ru", sa.String(length=80), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_key"], ["family.key"], name=op.f("fk_family_attribute_family_key_family"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("family_key", "key", name=op.f("pk_family_attribute")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("line", sa.String(length=20), nullable=False),
        sa.Column("family_key", sa.String(length=40), nullable=False),
        sa.Column("source_locale", sa.String(length=2), nullable=False),
        sa.Column("origin_country", sa.String(length=2), nullable=False),
        sa.Column("origin_place", sa.String(length=40), nullable=True),
        sa.Column("county", sa.String(length=20), nullable=True),
        sa.Column("maker_is_sample", sa.Boolean(), nullable=False),
        sa.Column("hs_code", sa.String(length=10), nullable=False),
        sa.Column("hs_edition", sa.Integer(), nullable=False),
        sa.Column("shelf_life_value", sa.Integer(), nullable=True),
        sa.Column("shelf_life_unit", sa.String(length=10), nullable=True),
        sa.Column("temperature_min", sa.Integer(), nullable=True),
        sa.Column("temperature_max", sa.Integer(), nullable=True),
        sa.Column("marking_group", sa.String(length=40), nullable=True),
        sa.Column("markets", sa.JSON(), nullable=False),
        sa.Column("certificates", sa.JSON(), nullable=False),
        sa.Column("allergens", sa.JSON(), nullable=False),
        sa.Column("unverified", sa.JSON(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("lexeme", sa.JSON(), nullable=False),
        sa.Column("pinyin", sa.String(length=120), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("updated_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["family_key"], ["family.key"], name=op.f("fk_product_family_key_family")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("key", name=op.f("uq_product_key")),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_family_key"), ["family_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_line"), ["line"], unique=False)

    op.create_table(
        "script",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("show_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("target", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("gap", sa.Double(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("to_check", sa.JSON(), nullable=False),
        sa.Column("created_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name=op.f("fk_script_show_id_show"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script")),
        sa.UniqueConstraint("show_id", "version", name=op.f("uq_script_show_id")),
    )
    op.create_table(
        "product_text",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("source_locale", sa.String(length=2), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("reviewer", sa.String(length=80), nullable=True),
        sa.Column("reviewed_at", service.database.UtcTime(timezone=True), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_text_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", "locale", "field", name=op.f("pk_product_text")),
    )
    op.create_table(
        "script_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("script_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("segment", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["script_id"], ["script.id"], name=op.f("fk_script_block_script_id_script"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_block")),
        sa.UniqueConstraint("script_id", "position", name=op.f("uq_script_block_script_id")),
    )
    op.create_table(
        "script_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("script_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["script_id"], ["script.id"], name=op.f("fk_script_step_script_id_script"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_step")),
    )
    with op.batch_alter_table("script_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_script_step_script_id"), ["script_id"], unique=False)

    op.create_table(
        "sku",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("net_value", sa.Integer(), nullable=False),
        sa.Column("net_unit", sa.String(length=4), nullable=False),
        sa.Column("pack_measure", sa.String(length=4), nullable=False),
        sa.Column("pack_noun", sa.String(length=40), nullable=False),
        sa.Column("gross_g", sa.Integer(), nullable=False),
        sa.Column("units_per_case", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_sku_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sku")),
        sa.UniqueConstraint("code", name=op.f("uq_sku_code")),
    )
    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sku_product_id"), ["product_id"], unique=False)

    op.create_table(
        "price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(length=40), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_price_sku_id_sku"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price")),
        sa.UniqueConstraint("sku_id", "market", name=op.f("uq_price_sku_id")),
    )
    op.create_table(
        "script_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("slot", sa.String(length=20), nullable=False),
        sa.Column("variant", sa.String(length=80), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("picks", sa.JSON(), nullable=False),
        sa.Column("hold_min", sa.Integer(), nullable=False),
        sa.Column("hold_max", sa.Integer(), nullable=False),
        sa.Column("hold", sa.Double(), nullable=False),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("cue", sa.JSON(), nullable=True),
        sa.Column("operator", sa.JSON(), nullable=True),
        sa.Column("optional", sa.Boolean(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("tried", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["script_block.id"], name=op.f("fk_script_line_block_id_script_block"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_line")),
        sa.UniqueConstraint("block_id", "position", name=op.f("uq_script_line_block_id")),
    )
    with op.batch_alter_table("script_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_script_line_key"), ["key"], unique=False)

    op.create_table(
        "show_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("show_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("gift", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name=op.f("fk_show_item_show_id_show"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_show_item_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_show_item")),
        sa.UniqueConstraint("show_id", "position", name=op.f("uq_show_item_show_id")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("show_item")
    with op.batch_alter_table("script_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_script_line_key"))

    op.drop_table("script_line")
    op.drop_table("price")
    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sku_product_id"))

    op.drop_table("sku")
    with op.batch_alter_table("script_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_script_step_script_id"))

    op.drop_table("script_step")
    op.drop_table("script_block")
    op.drop_table("product_text")
    op.drop_table("script")
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_line"))
        batch_op.drop_index(batch_op.f("ix_product_family_key"))

    op.drop_table("product")
    op.drop_table("family_attribute")
    op.drop_table("show")
    op.drop_table("family")
