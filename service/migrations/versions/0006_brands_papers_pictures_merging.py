"""Brands with licences, certificates, pictures; cards merged and told apart."""

import sqlalchemy as sa
from alembic import op

import service.database
from service.migrations.walls import raise_wall

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables and raise their walls."""
    op.create_table(
        "brand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("parent_key", sa.String(length=60), nullable=True),
        sa.Column("line", sa.String(length=20), nullable=False),
        sa.Column("county", sa.String(length=20), nullable=True),
        sa.Column("owner_zh", sa.String(length=120), nullable=False),
        sa.Column("owner_ru", sa.String(length=120), nullable=False),
        sa.Column("registration", sa.String(length=40), nullable=True),
        sa.Column("licensed", sa.Boolean(), nullable=False),
        sa.Column("source_locale", sa.String(length=2), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("unverified", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_brand_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_brand_organisation_id")),
    )
    with op.batch_alter_table("brand", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brand_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("issuer", sa.String(length=160), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("holder", sa.String(length=160), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("checked_at", service.database.UtcTime(timezone=True), nullable=True),
        sa.Column("check_source", sa.String(length=300), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_certificate_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("organisation_id", "kind", "number", name=op.f("uq_certificate_organisation_id")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_valid_to"), ["valid_to"], unique=False)

    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("medium", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_media_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("organisation_id", "digest", name=op.f("uq_media_organisation_id")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "brand_licence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("licensee", sa.String(length=120), nullable=False),
        sa.Column("organisation_key", sa.String(length=60), nullable=True),
        sa.Column("families", sa.JSON(), nullable=False),
        sa.Column("skus", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_brand_licence_brand_id_brand"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_brand_licence_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_licence")),
        sa.UniqueConstraint("brand_id", "number", name=op.f("uq_brand_licence_brand_id")),
    )
    with op.batch_alter_table("brand_licence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brand_licence_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_brand_licence_valid_to"), ["valid_to"], unique=False)

    op.create_table(
        "brand_text",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("made_from", sa.String(), nullable=True),
        sa.Column("reviewer", sa.String(length=80), nullable=True),
        sa.Column("reviewed_at", service.database.UtcTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_brand_text_brand_id_brand"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_brand_text_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("brand_id", "locale", "field", name=op.f("pk_brand_text")),
    )
    with op.batch_alter_table("brand_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brand_text_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "certificate_product",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_product_certificate_id_certificate"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_certificate_product_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_certificate_product_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("certificate_id", "product_id", name=op.f("pk_certificate_product")),
    )
    with op.batch_alter_table("certificate_product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_product_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_product_product_id"), ["product_id"], unique=False)

    op.create_table(
        "product_distinct",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["one_id"], ["product.id"], name=op.f("fk_product_distinct_one_id_product"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_product_distinct_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["product.id"], name=op.f("fk_product_distinct_other_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_product_distinct")),
    )
    op.create_table(
        "product_media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("alt_zh", sa.String(length=300), nullable=True),
        sa.Column("alt_ru", sa.String(length=300), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_product_media_media_id_media")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_product_media_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_media_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_media")),
        sa.UniqueConstraint("product_id", "media_id", name=op.f("uq_product_media_product_id")),
    )
    with op.batch_alter_table("product_media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_media_media_id"), ["media_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_media_organisation_id"), ["organisation_id"], unique=False)

    with op.batch_alter_table("product_redirect", schema=None) as batch_op:
        batch_op.add_column(sa.Column("document", sa.String(), nullable=False, server_default=""))

    raise_wall("product_distinct")
    for table in (
        "brand",
        "brand_text",
        "brand_licence",
        "certificate",
        "certificate_product",
        "media",
        "product_media",
    ):
        raise_wall(table, "shared")


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("product_redirect", schema=None) as batch_op:
        batch_op.drop_column("document")

    with op.batch_alter_table("product_media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_media_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_product_media_media_id"))

    op.drop_table("product_media")
    op.drop_table("product_distinct")
    with op.batch_alter_table("certificate_product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_product_product_id"))
        batch_op.drop_index(batch_op.f("ix_certificate_product_organisation_id"))

    op.drop_table("certificate_product")
    with op.batch_alter_table("brand_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brand_text_organisation_id"))

    op.drop_table("brand_text")
    with op.batch_alter_table("brand_licence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brand_licence_valid_to"))
        batch_op.drop_index(batch_op.f("ix_brand_licence_organisation_id"))

    op.drop_table("brand_licence")
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_media_organisation_id"))

    op.drop_table("media")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_valid_to"))
        batch_op.drop_index(batch_op.f("ix_certificate_organisation_id"))

    op.drop_table("certificate")
    with op.batch_alter_table("brand", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brand_organisation_id"))

    op.drop_table("brand")
