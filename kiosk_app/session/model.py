"""What a session knows: one immutable value that the reducer replaces and the screens draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from drivers.id_card.card import IdCard
from wire.announcements import Announcement
from wire.messages import Decision, IdentityEvidence, MaterialRef, SignedOrder
from wire.text import Bilingual


class State(StrEnum):
    IDLE = "idle"
    CONSENT = "consent"
    CARD = "card"
    FACE = "face"
    HOME = "home"
    GUIDE = "guide"
    FORM = "form"
    MATERIALS = "materials"
    REVIEW = "review"
    SUBMIT = "submit"
    DECISION = "decision"
    PRINT = "print"
    RECEIPT = "receipt"
    TAKE_CARD = "take_card"
    OUT_OF_SERVICE = "out_of_service"
    MAINTENANCE = "maintenance"
    FAILSAFE = "failsafe"


@dataclass(frozen=True)
class ServiceOffer:
    """A service and whether this kiosk can do it now; ``reasons`` say why not, or what to expect (offline)."""

    code: str
    name: Bilingual
    group: Bilingual
    summary: Bilingual
    available: bool
    reasons: tuple[Bilingual, ...] = ()
    listed_only: bool = False  # the catalogue names it, this hall does not offer it: found by search, not advertised
    guide: bool = False  # there is one to read, also while the service is not possible
    pinyin: str = ""  # initials, for search: 个体工商户设立登记 -> gtgshsldj


class CardStep(StrEnum):
    PLACE = "place"
    READING = "reading"
    PROBLEM = "problem"  # see card_problem: lift the card and put it back, or (not card_again) take another one


@dataclass(frozen=True)
class FaceView:
    """What the face screen says. ``hint`` and ``challenge`` are closed codes that the screen has words for."""

    attempt: int = 1  # 1..3
    # no_face, come_closer, too_close, more_light, too_bright, hold_still, many_faces, centre, look_ahead, or nothing
    hint: str = ""
    challenge: str = ""  # "", look_ahead, turn_left, turn_right, blink
    seconds_left: int | None = None
    step: int = 0  # challenges done
    steps: int = 0  # challenges in all
    refused: str = ""  # "", not_same, not_live, timed_out, camera, photo: the last attempt's outcome
    exhausted: bool = False  # three tries are used: only the named ways out remain


@dataclass(frozen=True)
class Choice:
    value: str
    label: Bilingual


@dataclass(frozen=True)
class FormField:
    """One question. ``kind``: text, number, phone, choice (one), choices (some), multiline, fixed (from the card)."""

    name: str
    kind: str
    label: Bilingual
    hint: Bilingual | None = None
    unit: Bilingual | None = None
    required: bool = True
    choices: tuple[Choice, ...] = ()
    max_length: int = 200
    keyboard: str = "pinyin"  # pinyin, digits, latin


@dataclass(frozen=True)
class FormPage:
    key: str
    title: Bilingual
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class FieldError:
    field: str
    message: Bilingual


@dataclass(frozen=True)
class FormView:
    pages: tuple[FormPage, ...] = ()
    page: int = 0
    values: dict[str, Any] = field(default_factory=dict, repr=False)
    errors: tuple[FieldError, ...] = ()
    editing: bool = False  # reached from "check your answers": Next goes back there


@dataclass(frozen=True)
class MaterialNeed:
    kind: str  # "premises_proof"
    title: Bilingual
    hint: Bilingual


@dataclass(frozen=True)
class MaterialsView:
    """The document camera's screen. ``captured`` maps kind to the page kept; ``preview`` waits for yes or retake."""

    needs: tuple[MaterialNeed, ...] = ()
    index: int = 0
    captured: dict[str, MaterialRef] = field(default_factory=dict, repr=False)
    preview: MaterialRef | None = field(default=None, repr=False)
    busy: bool = False
    problem: str = ""  # "", no_page, blurred, glare, camera


@dataclass(frozen=True)
class LetterView:
    """An application of this card holder that the office has not taken in; ``why`` is None while it is on its way."""

    number: str  # as on its receipt: 4821-7063-9
    sealed_at: datetime
    service: Bilingual | None
    why: Bilingual | None
    next: Bilingual


class SubmitPhase(StrEnum):
    SEALING = "sealing"  # not yet safe: nothing is promised
    SENDING = "sending"  # sealed: "received" may be said
    DECIDING = "deciding"  # the office has it
    QUEUED = "queued"  # no network: kept here, goes by itself


class PaperState(StrEnum):
    WAITING = "waiting"
    PREPARING = "preparing"
    PRINTING = "printing"
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"  # known: no paper came; stays collectable
    UNKNOWN = "unknown"  # nobody knows: staff decide, no retry


@dataclass(frozen=True)
class PaperView:
    """One sheet on its way. ``reason`` and ``remedy`` come from faults.toml."""

    order_id: str
    title: Bilingual
    state: PaperState = PaperState.WAITING
    reason: Bilingual | None = None


@dataclass(frozen=True)
class Session:
    """The whole of one resident's session. The empty one of state IDLE is what the wipe leaves."""

    state: State = State.OUT_OF_SERVICE
    session_id: str = ""
    locale: str = "zh_CN"
    offers: tuple[ServiceOffer, ...] = ()  # which services are possible now; not personal
    online: bool = False
    out_of_service: Bilingual | None = None  # why, for OUT_OF_SERVICE and FAILSAFE

    announcements: tuple[Announcement, ...] = ()  # the office's, that hold now; for everybody
    backlog: int = 0  # envelopes on this kiosk that wait for the office
    telephone: str = ""  # whom a resident rings

    card_step: CardStep = CardStep.PLACE
    card_problem: Bilingual | None = None
    card_again: bool = True  # the same card may be read when it is laid down once more
    card: IdCard | None = None
    consented_at: str = ""  # ISO time of the consent to face recognition
    face: FaceView = FaceView()
    evidence: IdentityEvidence | None = None

    collectable: tuple[SignedOrder, ...] = ()  # this holder's documents that wait for paper
    letters: tuple[LetterView, ...] = ()  # this holder's applications that the office has not taken in
    service: str = ""  # code of the chosen service
    service_name: Bilingual | None = None
    guide: tuple[tuple[Bilingual, tuple[Bilingual, ...]], ...] = ()  # heading, lines
    form: FormView = FormView()
    materials: MaterialsView = MaterialsView()

    application_id: str = ""
    reference: str = ""  # the office's number, once acknowledged
    local_number: str = ""  # the kiosk's own, to say on the telephone until then
    progress_url: str = field(default="", repr=False)  # the page that says how far it has come
    stuck: tuple[Bilingual, Bilingual] | None = None  # the office refused to take it in: why, and what next
    submit: SubmitPhase | None = None
    decision: Decision | None = None
    human_asked: bool = False
    papers: tuple[PaperView, ...] = ()
    receipt: PaperState | None = None

    notice: Bilingual | None = None  # something to say at the top of the current screen, e.g. why sealing failed

    last_touch: float = 0.0  # monotonic seconds
    working_since: float | None = None  # a device works: the idle timer waits, with a cap
    countdown: int | None = None  # seconds left before the session ends by itself
    ending: str = ""  # "", left, finished, timed_out, consent_refused, identity_failed: what TAKE_CARD says
    card_on_reader: bool = False
