"""What the reducer asks the house to do; the loop in app.py carries it out."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.id_card.card import IdCard


@dataclass(frozen=True)
class WatchCard:
    """Look for a card and read it, until StopCard."""

    session_id: str


@dataclass(frozen=True)
class StopCard:
    pass


@dataclass(frozen=True)
class BeginFace:
    """One attempt; results come as FaceProgress, FaceMatched or FaceRefused."""

    session_id: str
    card: IdCard
    attempt: int
    consented_at: str


@dataclass(frozen=True)
class EndFace:
    pass


@dataclass(frozen=True)
class FindCollectable:
    session_id: str
    id_number: str


@dataclass(frozen=True)
class OpenService:
    session_id: str
    code: str
    card: IdCard


@dataclass(frozen=True)
class CheckPage:
    session_id: str
    service: str
    page: int


@dataclass(frozen=True)
class OpenPageCamera:
    """Live view of the document camera on."""


@dataclass(frozen=True)
class ClosePageCamera:
    pass


@dataclass(frozen=True)
class TakePage:
    session_id: str
    kind: str


@dataclass(frozen=True)
class DropPage:
    """The page that was not accepted is forgotten."""


@dataclass(frozen=True)
class SealApplication:
    """Everything it needs is in the session; done in one durable transaction."""

    session_id: str


@dataclass(frozen=True)
class RequestHuman:
    session_id: str
    application_id: str


@dataclass(frozen=True)
class PrintPapers:
    session_id: str
    order_ids: tuple[str, ...]


@dataclass(frozen=True)
class PrintReceipt:
    session_id: str


@dataclass(frozen=True)
class Wipe:
    """Nothing of the resident stays: images, pages, frames, temporary files, keyboard, spool."""

    session_id: str


Effect = (
    WatchCard
    | StopCard
    | BeginFace
    | EndFace
    | FindCollectable
    | OpenService
    | CheckPage
    | OpenPageCamera
    | ClosePageCamera
    | TakePage
    | DropPage
    | SealApplication
    | RequestHuman
    | PrintPapers
    | PrintReceipt
    | Wipe
)
