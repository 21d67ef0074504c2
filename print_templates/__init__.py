"""Typst templates of licences, ESC/POS receipts, samples; render(data) -> PDF. Used by both ends."""
