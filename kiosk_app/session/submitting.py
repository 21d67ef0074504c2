"""From "submit" to the office's answer: sealed first, sent by the sync, no longer than a person should stand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

import structlog

from kiosk_app.audit.events import ApplicationSealed, HumanAsked
from kiosk_app.audit.log import AuditLog
from kiosk_app.catalogue.services import Catalogue
from kiosk_app.session import events
from kiosk_app.session.model import Session
from kiosk_app.session.refusal_words import words_for
from kiosk_app.settings import Limits
from offline_cache.outbox import Outbox
from offline_cache.store import StoreError
from offline_cache.sync_events import DecisionArrived, ItemAccepted, ItemRejected, SyncEvent
from wire.envelopes import seal
from wire.follow_up import local_number, progress_url
from wire.messages import Applicant, Application, HumanReviewRequest
from wire.signing import SigningKey
from wire.text import Bilingual

log = structlog.get_logger()

NOT_KEPT = Bilingual(
    zh="申请没能保存，什么都没有提交。请再试一次，或联系工作人员",
    en="Your application could not be saved and nothing was sent. Please try again, or ask for staff",
)
OFFLINE_WAIT_S = 3.0  # known to be offline: one quick try, then the truth
SOMEBODY_WAITS = 1  # outbox priority


class SubmitDesk:
    """Seals, and turns the sync's news into the session's events."""

    def __init__(
        self,
        outbox: Outbox,
        device_id: str,
        device_key: SigningKey,
        audit: AuditLog,
        limits: Limits,
        post: Callable[[object], None],
        wake: Callable[[], None],
        progress_base: str = "",
        clock_offset_ms: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._outbox = outbox
        self._device_id = device_id
        self._device_key = device_key
        self._audit = audit
        self._limits = limits
        self._post = post
        self._wake = wake
        self._progress_base = progress_base
        self._clock_offset_ms = clock_offset_ms
        self._lock = threading.Lock()
        self._session_id = ""
        self._application_id = ""
        self._deadline: float | None = None

    def expect(self, id_number: str) -> None:
        """Somebody begins an application: their key is made now, so that the seal itself is one durable commit."""
        try:
            self._outbox.expect(id_number)
        except StoreError as error:  # the seal makes it, or says to the resident that it cannot
            log.warning("key_not_made", error=type(error).__name__)

    def submit(self, session: Session, catalogue: Catalogue, pages: Mapping[str, bytes], *, online: bool) -> None:
        """One durable transaction, then the sync is woken. Posts ApplicationSealed or SealFailed."""
        application = _application(session, catalogue)
        materials = {ref.sha256: pages[ref.sha256] for ref in application.materials}
        offset_ms = self._clock_offset_ms()
        envelope = seal(application, self._device_id, self._device_key, clock_offset_ms=offset_ms)
        wait_s = self._limits.office_wait_s if online else OFFLINE_WAIT_S
        with self._lock:
            self._session_id, self._application_id = session.session_id, envelope.sealed.id
            self._deadline = time.monotonic() + wait_s
        try:
            self._outbox.seal(envelope, materials, priority=SOMEBODY_WAITS)
        except StoreError as error:
            log.error("seal_failed", error=type(error).__name__)
            self.forget()
            self._post(events.SealFailed(session.session_id, NOT_KEPT))
            return
        self._audit.record(ApplicationSealed(session.session_id, envelope.sealed.id, session.service))
        number, page = local_number(envelope.sealed.id), progress_url(self._progress_base, envelope)
        self._post(events.ApplicationSealed(session.session_id, envelope.sealed.id, number, page))
        self._wake()

    def ask_human(self, application_id: str) -> None:
        body = HumanReviewRequest(application_id=application_id)
        envelope = seal(body, self._device_id, self._device_key, clock_offset_ms=self._clock_offset_ms())
        self._outbox.seal(envelope, priority=SOMEBODY_WAITS)
        self._audit.record(HumanAsked(application=application_id))
        self._wake()

    def tick(self, now: float) -> None:
        """Called once a second: says "queued" when the wait is over."""
        with self._lock:
            if self._deadline is None or now < self._deadline:
                return
            self._deadline = None
            session_id = self._session_id
        self._post(events.OfficeUnreachable(session_id))

    def on_sync(self, event: SyncEvent) -> None:
        """From the sync's threads."""
        with self._lock:
            session_id, mine = self._session_id, self._application_id
        match event:
            case ItemAccepted(envelope_id, ack):
                if envelope_id == mine:
                    with self._lock:
                        if self._deadline is not None:
                            self._deadline = time.monotonic() + self._limits.submit_wait_s
                    self._post(events.Acknowledged(session_id, ack.reference))
            case ItemRejected(envelope_id, problem):
                if envelope_id == mine:
                    with self._lock:
                        self._deadline = None
                    words = words_for(problem)
                    self._post(events.DeadLettered(session_id, words.why, words.next))
            case DecisionArrived(decision) if decision.application_id == mine:
                with self._lock:
                    self._deadline = None
                self._post(events.Decided(session_id, decision))

    def forget(self) -> None:
        """The session is over: its news no longer concern anybody at the screen, and its items wait their turn."""
        with self._lock:
            self._session_id = self._application_id = ""
            self._deadline = None
        try:
            self._outbox.nobody_waits()
        except StoreError as error:  # only the order of sending: neither an ending nor "not received" may fail of it
            log.warning("priority_not_lowered", error=type(error).__name__)


def _application(session: Session, catalogue: Catalogue) -> Application:
    card, evidence = session.card, session.evidence
    form = catalogue.services[session.service].form
    if card is None or evidence is None or form is None:
        raise RuntimeError("a session without card, evidence and form cannot reach Submit")
    return Application(
        service=session.service,
        catalogue_version=catalogue.version,
        applicant=Applicant(
            name=card.name,
            id_number=card.id_number,
            sex=card.sex,
            nation=card.nation,
            birth_date=card.birth_date,
            address=card.address,
            card_valid_until=card.valid_until,
        ),
        identity=evidence,
        form=form.answers(session.form.values),
        materials=tuple(session.materials.captured.values()),
        locale="en" if session.locale == "en" else "zh_CN",
    )
