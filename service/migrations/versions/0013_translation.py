"""Memory, terms, drafts of translations and their review; which languages a person answers in."""

import sqlalchemy as sa
from alembic import op

import service.database
from service.migrations.walls import raise_wall

revision = "0013"
down_revision = "0012"

OWN = ("check_ignored", "translation_comment", "translation_draft")
SHARED = ("memory_unit", "term", "term_concept")


def upgrade() -> None:
    """Make the tables, raise their walls."""
    op.create_table(
        "check_ignored",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_digest", sa.String(length=64), nullable=False),
        sa.Column("check_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_check_ignored_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ignored")),
        sa.UniqueConstraint(
            "organisation_id", "pair_digest", "check_id", name=op.f("uq_check_ignored_organisation_id")
        ),
    )
    op.create_table(
        "memory_unit",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=2), nullable=False),
        sa.Column("zh", sa.String(), nullable=False),
        sa.Column("ru", sa.String(), nullable=False),
        sa.Column("zh_exact", sa.BigInteger(), nullable=False),
        sa.Column("ru_exact", sa.BigInteger(), nullable=False),
        sa.Column("zh_skeleton", sa.BigInteger(), nullable=False),
        sa.Column("ru_skeleton", sa.BigInteger(), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=True),
        sa.Column("field", sa.String(length=60), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("before", sa.BigInteger(), nullable=True),
        sa.Column("after", sa.BigInteger(), nullable=True),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.Column("reviewer", sa.String(length=80), nullable=True),
        sa.Column("reviewed_at", service.database.UtcTime(timezone=True), nullable=True),
        sa.Column("file", sa.String(length=120), nullable=True),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("used_at", service.database.UtcTime(timezone=True), nullable=True),
        sa.Column("retired_at", service.database.UtcTime(timezone=True), nullable=True),
        sa.CheckConstraint("source IN ('zh', 'ru')", name=op.f("ck_memory_unit_source")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_memory_unit_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memory_unit")),
    )
    with op.batch_alter_table("memory_unit", schema=None) as batch_op:
        batch_op.create_index("ix_memory_unit_ru_exact", ["organisation_id", "ru_exact"], unique=False)
        batch_op.create_index("ix_memory_unit_ru_skeleton", ["organisation_id", "ru_skeleton"], unique=False)
        batch_op.create_index("ix_memory_unit_zh_exact", ["organisation_id", "zh_exact"], unique=False)
        batch_op.create_index("ix_memory_unit_zh_skeleton", ["organisation_id", "zh_skeleton"], unique=False)

    op.create_table(
        "term_concept",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("domain", sa.String(length=40), nullable=False),
        sa.Column("market", sa.String(length=2), nullable=True),
        sa.Column("definition_zh", sa.String(), nullable=True),
        sa.Column("definition_ru", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_term_concept_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_concept")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_term_concept_organisation_id")),
    )
    with op.batch_alter_table("term_concept", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_term_concept_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("lemmas", sa.String(length=300), nullable=False),
        sa.Column("card", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("pinyin", sa.String(length=300), nullable=True),
        sa.Column("stress", sa.String(length=300), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("locale IN ('zh', 'ru', 'en')", name=op.f("ck_term_locale")),
        sa.ForeignKeyConstraint(
            ["concept_id"], ["term_concept.id"], name=op.f("fk_term_concept_id_term_concept"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_term_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("concept_id", "locale", "text", name=op.f("uq_term_concept_id")),
    )
    with op.batch_alter_table("term", schema=None) as batch_op:
        batch_op.create_index("ix_term_lemmas", ["locale", "lemmas"], unique=False)
        batch_op.create_index(batch_op.f("ix_term_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "translation_draft",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("source_locale", sa.String(length=2), nullable=False),
        sa.Column("source_text", sa.String(), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("engine", sa.String(length=300), nullable=True),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", service.database.UtcTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("final", sa.String(), nullable=True),
        sa.Column("distance", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_translation_draft_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_translation_draft_product_id_product"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_draft")),
    )
    with op.batch_alter_table("translation_draft", schema=None) as batch_op:
        batch_op.create_index("ix_translation_draft_product", ["product_id", "locale", "field"], unique=False)
        batch_op.create_index(
            "ix_translation_draft_queue", ["organisation_id", "state", "locale", "due_on", "id"], unique=False
        )

    op.create_table(
        "translation_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", service.database.UtcTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["translation_draft.id"],
            name=op.f("fk_translation_comment_draft_id_translation_draft"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_translation_comment_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_comment")),
    )
    with op.batch_alter_table("translation_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_translation_comment_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_translation_comment_organisation_id"), ["organisation_id"], unique=False)

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("languages", sa.JSON(), server_default="[]", nullable=False))

    for table in OWN:
        raise_wall(table)
    for table in SHARED:
        raise_wall(table, "shared")


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("languages")

    with op.batch_alter_table("translation_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_translation_comment_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_translation_comment_draft_id"))

    op.drop_table("translation_comment")
    with op.batch_alter_table("translation_draft", schema=None) as batch_op:
        batch_op.drop_index("ix_translation_draft_queue")
        batch_op.drop_index("ix_translation_draft_product")

    op.drop_table("translation_draft")
    with op.batch_alter_table("term", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_term_organisation_id"))
        batch_op.drop_index("ix_term_lemmas")

    op.drop_table("term")
    with op.batch_alter_table("term_concept", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_term_concept_organisation_id"))

    op.drop_table("term_concept")
    with op.batch_alter_table("memory_unit", schema=None) as batch_op:
        batch_op.drop_index("ix_memory_unit_zh_skeleton")
        batch_op.drop_index("ix_memory_unit_zh_exact")
        batch_op.drop_index("ix_memory_unit_ru_skeleton")
        batch_op.drop_index("ix_memory_unit_ru_exact")

    op.drop_table("memory_unit")
    op.drop_table("check_ignored")
