"""The encrypted store: outbox, materials, catalogue, documents to collect; sync."""
