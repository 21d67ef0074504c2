"""Alembic's entry: runs within the connection and the transaction that ``migrate`` or a test has opened."""

from __future__ import annotations

from alembic import context

from approval_backend.store.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
    transactional_ddl=False,  # the transaction is the caller's: all steps or none
)
context.run_migrations()
