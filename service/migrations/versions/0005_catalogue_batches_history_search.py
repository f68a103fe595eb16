"""The catalogue merchants live in: unfinished cards, batches, history, readiness, search."""

import json

import sqlalchemy as sa
from alembic import op

import service.database
from service.migrations.walls import raise_wall, take_down_wall

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables, give every card its document; search and readiness are built by `amurlive catalog rebuild`."""
    op.create_table(
        "readiness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("gaps", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness")),
        sa.UniqueConstraint("digest", name=op.f("uq_readiness_digest")),
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_batch_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_batch_job_id_job"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["undoes"], ["batch.id"], name=op.f("fk_batch_undoes_batch"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "product_redirect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_product_redirect_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_redirect_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_redirect")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_product_redirect_organisation_id")),
    )
    with op.batch_alter_table("product_redirect", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_redirect_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_redirect_product_id"), ["product_id"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_revision_batch_id_batch"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_revision_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_revision_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("product_id", "number", name=op.f("uq_revision_product_id")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index("ix_revision_batch", ["batch_id", "product_id"], unique=False)

    op.create_table(
        "search_document",
        sa.Column("product_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tokenizer", sa.Integer(), nullable=False),
        sa.Column("exact", sa.String(), nullable=False),
        sa.Column("stem", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_search_document_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_search_document_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_search_document")),
    )

    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.add_column(sa.Column("storage", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("brand_key", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("readiness_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("document", sa.String(), nullable=False, server_default=""))
        batch_op.alter_column("origin_country", existing_type=sa.VARCHAR(length=2), nullable=True)
        batch_op.alter_column("hs_code", existing_type=sa.VARCHAR(length=10), nullable=True)
        batch_op.alter_column("hs_edition", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f("ix_product_brand_key"), ["brand_key"], unique=False)
        batch_op.create_index(
            "ix_product_facets", ["organisation_id", "line", "family_key", "readiness_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_product_readiness_id_readiness"), "readiness", ["readiness_id"], ["id"]
        )

    with op.batch_alter_table("product_text", schema=None, table_kwargs={"sqlite_with_rowid": False}) as batch_op:
        batch_op.add_column(sa.Column("stale", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_index(batch_op.f("ix_product_text_organisation_id"))

    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gtin", sa.String(length=14), nullable=True))
        batch_op.alter_column("pack_measure", existing_type=sa.VARCHAR(length=4), nullable=True)
        batch_op.alter_column("pack_noun", existing_type=sa.VARCHAR(length=40), nullable=True)
        batch_op.alter_column("gross_g", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("units_per_case", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f("ix_sku_gtin"), ["gtin"], unique=False)

    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_upload_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_at"), "upload", ["at"])
    op.create_index(op.f("ix_upload_organisation_id"), "upload", ["organisation_id"])
    op.create_table(
        "import_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("mapping", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_import_profile_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_profile")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_import_profile_organisation_id")),
    )
    op.create_index(op.f("ix_import_profile_organisation_id"), "import_profile", ["organisation_id"])

    for table in ("batch", "revision", "upload", "import_profile"):
        raise_wall(table)
    for table in ("product_redirect", "search_document"):
        raise_wall(table, "shared")
    _make_index()
    _write_documents()


def _make_index() -> None:
    """The database's own full-text index, kept up by the database itself."""
    if op.get_bind().dialect.name == "sqlite":
        for table, columns in (("search_head", ("exact", "stem")), ("search_body", ("body",))):
            names = ", ".join(columns)
            old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
            forget = f"INSERT INTO {table}({table}, rowid, {names}) VALUES ('delete', old.product_id, {old});"
            learn = f"INSERT INTO {table}(rowid, {names}) VALUES (new.product_id, {new});"
            op.execute(
                f"CREATE VIRTUAL TABLE {table} USING fts5({names}, content='search_document', content_rowid='product_id',"
                " tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
            )
            on = "ON search_document BEGIN"
            op.execute(f"CREATE TRIGGER {table}_new AFTER INSERT {on} {learn} END")
            op.execute(f"CREATE TRIGGER {table}_gone AFTER DELETE {on} {forget} END")
            op.execute(f"CREATE TRIGGER {table}_changed AFTER UPDATE {on} {forget} {learn} END")
    else:
        op.execute("ALTER TABLE search_document ADD COLUMN head_vector tsvector, ADD COLUMN body_vector tsvector")
        op.execute("CREATE INDEX ix_search_document_head ON search_document USING gin (head_vector)")
        op.execute("CREATE INDEX ix_search_document_body ON search_document USING gin (body_vector)")


_PLAIN = (
    "origin_country", "origin_place", "county", "hs_code", "hs_edition", "shelf_life_value", "shelf_life_unit",
    "temperature_min", "temperature_max", "marking_group", "pinyin", "maker_is_sample", "markets", "certificates", "allergens",
    "unverified", "attributes", "lexeme",
)  # fmt: skip
_SKU = ("net_value", "net_unit", "pack_measure", "pack_noun", "gross_g", "units_per_case")


def _write_documents() -> None:
    """What `catalog.document` writes, for cards made before it did."""
    connection = op.get_bind()
    product = sa.table(
        "product", *(sa.column(name) for name in ("id", "line", "family_key", "source_locale", "document")),
        *(sa.column(name, sa.JSON()) if name in _PLAIN[-6:] else sa.column(name) for name in _PLAIN),
    )  # fmt: skip
    text = sa.table(
        "product_text",
        *(sa.column(n) for n in ("product_id", "locale", "field", "value", "origin", "reviewer", "locked")),
    )
    sku = sa.table("sku", *(sa.column(name) for name in ("product_id", "position", "code", *_SKU)))
    for card in connection.execute(sa.select(product)).mappings().all():
        texts: dict[str, dict[str, dict[str, object]]] = {"zh": {}, "ru": {}}
        for row in connection.execute(sa.select(text).where(text.c.product_id == card["id"])).mappings():
            words: dict[str, object] = {"value": row["value"]}
            if row["origin"] != "authored":
                words["origin"] = row["origin"]
            if row["locked"]:
                words["locked"] = True
            texts[row["locale"]][row["field"]] = words
        packs = connection.execute(
            sa.select(sku).where(sku.c.product_id == card["id"]).order_by(sku.c.position)
        ).mappings()
        document = {
            "line": card["line"], "family": card["family_key"], "source_locale": card["source_locale"],
            "facts": {name: card[name] for name in _PLAIN if card[name] not in (None, [], {})}
            | {"maker_is_sample": bool(card["maker_is_sample"])},
            "texts": texts,
            "skus": [{"code": row["code"], **{name: row[name] for name in _SKU if row[name] is not None}} for row in packs],
        }  # fmt: skip
        packed = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        connection.execute(sa.update(product).where(product.c.id == card["id"]).values(document=packed))


def downgrade() -> None:
    """Undo it; what only unfinished cards lack cannot be undone."""
    if op.get_bind().dialect.name == "sqlite":
        for table in ("search_head", "search_body"):
            for event in ("new", "gone", "changed"):
                op.execute(f"DROP TRIGGER {table}_{event}")
            op.execute(f"DROP TABLE {table}")
    for table in ("batch", "revision", "product_redirect", "search_document"):
        take_down_wall(table)
    op.drop_table("import_profile")
    op.drop_table("upload")
    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sku_gtin"))
        batch_op.alter_column("units_per_case", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("gross_g", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("pack_noun", existing_type=sa.VARCHAR(length=40), nullable=False)
        batch_op.alter_column("pack_measure", existing_type=sa.VARCHAR(length=4), nullable=False)
        batch_op.drop_column("gtin")

    with op.batch_alter_table("product_text", schema=None) as batch_op:
        batch_op.drop_column("stale")
        batch_op.create_index(batch_op.f("ix_product_text_organisation_id"), ["organisation_id"])

    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_product_readiness_id_readiness"), type_="foreignkey")
        batch_op.drop_index("ix_product_facets")
        batch_op.drop_index(batch_op.f("ix_product_brand_key"))
        batch_op.alter_column("hs_edition", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("hs_code", existing_type=sa.VARCHAR(length=10), nullable=False)
        batch_op.alter_column("origin_country", existing_type=sa.VARCHAR(length=2), nullable=False)
        batch_op.drop_column("document")
        batch_op.drop_column("readiness_id")
        batch_op.drop_column("brand_key")
        batch_op.drop_column("storage")

    op.drop_table("search_document")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index("ix_revision_batch")

    op.drop_table("revision")
    with op.batch_alter_table("product_redirect", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_redirect_product_id"))
        batch_op.drop_index(batch_op.f("ix_product_redirect_organisation_id"))

    op.drop_table("product_redirect")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_organisation_id"))

    op.drop_table("batch")
    op.drop_table("readiness")
