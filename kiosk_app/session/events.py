"""What can happen to a session: touches, device results, answers of the office, time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from drivers.id_card.card import IdCard
from kiosk_app.session.model import FaceView, FormPage, LetterView, MaterialNeed, PaperState, ServiceOffer
from wire.announcements import Announcement
from wire.messages import Decision, IdentityEvidence, MaterialRef, SignedOrder
from wire.text import Bilingual

# ── touches: what the screens post ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Touched:
    """Any touch or key: the idle limit starts anew."""


@dataclass(frozen=True)
class Start:
    """The attract screen was touched."""


@dataclass(frozen=True)
class LanguageChosen:
    locale: str  # "zh_CN" or "en"


@dataclass(frozen=True)
class ConsentGiven:
    """To face recognition, after the notice was shown (PIPL 29)."""


@dataclass(frozen=True)
class ConsentRefused:
    """The named way out is staff; the session ends."""


@dataclass(frozen=True)
class FaceRetry:
    """Another attempt after a refused one."""


@dataclass(frozen=True)
class Back:
    """One screen back."""


@dataclass(frozen=True)
class Leave:
    """End the session now."""


@dataclass(frozen=True)
class StayHere:
    """Answer to the countdown: I am still here."""


@dataclass(frozen=True)
class ServiceChosen:
    code: str


@dataclass(frozen=True)
class BeginApplication:
    """From the guide to the form."""


@dataclass(frozen=True)
class FieldChanged:
    name: str
    value: Any = field(repr=False)


@dataclass(frozen=True)
class NextPage:
    """The form's Continue button."""


@dataclass(frozen=True)
class CapturePage:
    pass


@dataclass(frozen=True)
class RetakePage:
    pass


@dataclass(frozen=True)
class AcceptPage:
    pass


@dataclass(frozen=True)
class EditPage:
    """From "check your answers" to a form page (0…) or to the materials (-1)."""

    page: int


@dataclass(frozen=True)
class SubmitPressed:
    pass


@dataclass(frozen=True)
class AskHuman:
    """A person shall decide, or look again (PIPL 24)."""


@dataclass(frozen=True)
class Collect:
    """Print the documents that wait for this holder."""


@dataclass(frozen=True)
class PrintPressed:
    """From the decision to paper."""


@dataclass(frozen=True)
class Proceed:
    """On from a screen that only tells: Decision without documents, Print done, Receipt done."""


# ── devices ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class CardReading:
    """A card lies on the reader and is being read."""

    session_id: str


@dataclass(frozen=True)
class CardRead:
    session_id: str
    card: IdCard


@dataclass(frozen=True)
class CardRefused:
    """Unreadable, expired, not a resident's card …; ``again``: the same card, laid down once more, may be read."""

    session_id: str
    problem: Bilingual
    again: bool = True


@dataclass(frozen=True)
class CardLifted:
    """The card that was read lies there no longer; true whoever's session it is."""


@dataclass(frozen=True)
class FaceProgress:
    session_id: str
    view: FaceView


@dataclass(frozen=True)
class FaceMatched:
    session_id: str
    evidence: IdentityEvidence


@dataclass(frozen=True)
class FaceRefused:
    session_id: str
    reason: str  # not_same, not_live, timed_out, camera, photo (the card's cannot be compared with anybody)


@dataclass(frozen=True)
class PageCaptured:
    session_id: str
    page: MaterialRef


@dataclass(frozen=True)
class PageRefused:
    session_id: str
    problem: str  # no_page, blurred, glare, camera


# ── the house ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class OffersChanged:
    """Readiness of devices, network or catalogue changed what is possible."""

    offers: tuple[ServiceOffer, ...]
    online: bool
    out_of_service: Bilingual | None = None
    announcements: tuple[Announcement, ...] = ()
    backlog: int = 0


@dataclass(frozen=True)
class ServiceOpened:
    """The catalogue's answer to ServiceChosen."""

    session_id: str
    code: str
    name: Bilingual
    guide: tuple[tuple[Bilingual, tuple[Bilingual, ...]], ...]
    pages: tuple[FormPage, ...]
    values: dict[str, Any] = field(repr=False)
    needs: tuple[MaterialNeed, ...] = ()


@dataclass(frozen=True)
class PageChecked:
    """The catalogue's answer to NextPage: errors of that page, none when it may go on."""

    session_id: str
    page: int
    errors: tuple[Any, ...]  # FieldError


@dataclass(frozen=True)
class CollectableFound:
    """What this kiosk holds of the card holder: documents to print, and applications still here."""

    session_id: str
    orders: tuple[SignedOrder, ...]
    letters: tuple[LetterView, ...] = ()


@dataclass(frozen=True)
class ApplicationSealed:
    """Durable on this kiosk: from here on "received" is true."""

    session_id: str
    application_id: str
    local_number: str = ""
    progress_url: str = field(default="", repr=False)


@dataclass(frozen=True)
class SealFailed:
    session_id: str
    problem: Bilingual


@dataclass(frozen=True)
class Acknowledged:
    session_id: str
    reference: str


@dataclass(frozen=True)
class Decided:
    session_id: str
    decision: Decision


@dataclass(frozen=True)
class OfficeUnreachable:
    """No answer within the time a resident should stand: queued, and told so."""

    session_id: str


@dataclass(frozen=True)
class DeadLettered:
    """The office refused to take the application in; it stays here. Staff see it, the resident is told what next."""

    session_id: str
    why: Bilingual | None = None
    next: Bilingual | None = None


@dataclass(frozen=True)
class PaperChanged:
    session_id: str
    order_id: str
    state: PaperState
    reason: Bilingual | None = None


@dataclass(frozen=True)
class ReceiptChanged:
    session_id: str
    state: PaperState


@dataclass(frozen=True)
class Tick:
    """Once a second: time limits. ``now`` is monotonic seconds."""

    now: float


@dataclass(frozen=True)
class Unexpected:
    """Something broke that should not: Failsafe, with the evidence kept in the log."""

    where: str
