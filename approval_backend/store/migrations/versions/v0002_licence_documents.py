"""The e-licence library: sealed documents and their metadata."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "licence_documents",
        sa.Column("identifier", sa.String(length=100), nullable=False),
        sa.Column("version", sa.String(length=3), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["identifier"], ["licences.identifier"]),
        sa.PrimaryKeyConstraint("identifier", "version"),
    )
