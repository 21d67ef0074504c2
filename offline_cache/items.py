"""What the outbox hands out: envelopes and their materials, states, leases, refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO

from wire.messages import Acknowledgement, Envelope, EnvelopeKind, Problem


class SealRefused(ValueError):
    """The envelope and its materials do not belong together; nothing was stored."""


class SealConflict(SealRefused):
    """The id is taken by other content: an id means one content for ever."""


class AcknowledgementMismatch(ValueError):
    """The acknowledgement does not repeat id and hash of what was sent: no success."""


class UnknownEnvelope(KeyError):
    """No envelope of this id was sealed here."""


class OutboxState(StrEnum):
    SEALED = "sealed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"  # dead letter: visible, kept, never retried by itself
    CLOSED = "closed"  # a dead letter that staff settled with the resident; its content is erased


@dataclass(frozen=True)
class Lease:
    """One envelope, for one sender, until ``until`` (monotonic seconds). ``attempt`` counts from 1."""

    id: str
    envelope: Envelope = field(repr=False)
    attempt: int
    until: float


@dataclass(frozen=True)
class Material:
    """A captured page on its way. ``media_type`` is the one that the application names, ``size_bytes`` its content's.

    ``open`` gives the content, seekable, decrypted and verified in pieces of 64 KiB, to be closed by ``with``. It and
    reading may raise MaterialUnreadable: this page is lost or damaged here, others are not.
    """

    sha256: str
    media_type: str
    size_bytes: int
    open: Callable[[], BinaryIO] = field(repr=False, compare=False)

    @property
    def data(self) -> bytes:
        """The whole content in memory, for small ones. Raises MaterialUnreadable."""
        with self.open() as content:
            return content.read()


@dataclass(frozen=True)
class Item:
    """What the outbox knows of an envelope; ``envelope`` is None once accepted, since the office has it, or closed."""

    id: str
    kind: EnvelopeKind
    content_sha256: str
    state: OutboxState
    sealed_at: datetime
    attempts: int
    envelope: Envelope | None = field(repr=False)
    ack: Acknowledgement | None
    problem: Problem | None


@dataclass(frozen=True)
class DeadLetter:
    """An envelope that the office refused for good, and why."""

    id: str
    kind: EnvelopeKind
    sealed_at: datetime
    rejected_at: datetime
    problem: Problem
