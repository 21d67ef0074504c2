"""What a finger leaves behind: a template of one matcher, and what a comparison says."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class FingerprintTemplate:
    """``format`` says which matcher reads ``data``; ``repr`` hides them."""

    format: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Verdict:
    """One comparison. ``score`` has the matcher's own scale; None where it tells none."""

    matched: bool
    score: int | None = None
