"""The thin loop around the session: takes events, lets the reducer decide, carries out effects."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import structlog

from drivers.device import Status
from drivers.host import DeviceEvent, StatusChanged
from kiosk_app.audit import events as audited
from kiosk_app.audit.event import Personal, closed_word
from kiosk_app.audit.log import AuditLog
from kiosk_app.catalogue.news import HallNews
from kiosk_app.catalogue.pages import PageDesk
from kiosk_app.catalogue.services import Catalogue, search
from kiosk_app.health.chronicle import Chronicle
from kiosk_app.health.gates import offers, out_of_service
from kiosk_app.identity.card_watch import CardWatch
from kiosk_app.identity.face_watch import FaceWatch
from kiosk_app.printing.desk import PrintDesk
from kiosk_app.printing.reasons import reason_for
from kiosk_app.printing.receipt_desk import ReceiptDesk
from kiosk_app.session import effects, events
from kiosk_app.session.letters import LetterDesk
from kiosk_app.session.model import PaperState, Session, State
from kiosk_app.session.reducer import Context, reduce
from kiosk_app.session.submitting import SubmitDesk
from kiosk_app.settings import Settings
from kiosk_app.version import VERSION
from offline_cache.documents import Documents
from offline_cache.stock import Stock
from offline_cache.sync_events import AnnouncementsChanged, BacklogChanged, CatalogueChanged, OnlineChanged, SyncEvent
from wire.ids import new_id
from wire.text import Bilingual

log = structlog.get_logger()

TICK_S = 1.0  # countdowns are told in whole seconds


@dataclass(frozen=True)
class Desks:
    """The parts that do the work; app.py builds them."""

    cards: CardWatch
    faces: FaceWatch
    pages: PageDesk
    submit: SubmitDesk
    print_desk: PrintDesk
    receipts: ReceiptDesk
    documents: Documents
    letters: LetterDesk
    news: HallNews
    stock: Stock
    audit: AuditLog
    chronicle: Chronicle


@dataclass(frozen=True)
class _Changed:
    """Something that decides what is possible changed."""


class Kiosk:
    """One resident after another. ``post`` from any thread; subscribers are called on the loop's thread."""

    def __init__(self, settings: Settings, read_catalogue: Callable[[], Catalogue | None]) -> None:
        self._settings = settings
        self._read_catalogue = read_catalogue
        self._queue: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._subscribers: list[Callable[[Session], None]] = []
        self._session = Session(locale=settings.default_locale, telephone=settings.telephone)
        self._catalogue: Catalogue | None = None  # the newest
        self._in_use: Catalogue | None = None  # the one that this session began with
        self._statuses: dict[str, Status] = {}
        self._online = False
        self._printed = False  # a licence was typeset in this session
        self._stopping = threading.Event()
        self._loop = threading.Thread(target=self._run, name="kiosk-loop", daemon=True)
        self._printing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="print-desk")
        self._desks: Desks | None = None
        self._on_stop: list[Callable[[], object]] = []
        self._on_start: list[Callable[[], object]] = []

    # ── what the screens see ────────────────────────────────────────────────────────────────────────────────────────

    @property
    def session(self) -> Session:
        return self._session

    def subscribe(self, callback: Callable[[Session], None]) -> None:
        self._subscribers.append(callback)

    def post(self, event: object) -> None:
        self._queue.put(event)

    def face_frame(self) -> np.ndarray | None:
        return self._desks.faces.frame() if self._desks else None

    def page_frame(self) -> np.ndarray | None:
        return self._desks.pages.live() if self._desks else None

    def captured_page(self) -> bytes | None:
        return self._desks.pages.preview() if self._desks else None

    def search(self, query: str) -> list[str]:
        catalogue = self._in_use or self._catalogue
        return search(catalogue, query) if catalogue else []

    # ── life ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def furnish(self, desks: Desks, on_stop: list[Callable[[], object]], on_start: list[Callable[[], object]]) -> None:
        """The desks post to the kiosk, so they come after it."""
        self._desks = desks
        self._on_stop = on_stop
        self._on_start = on_start

    def start(self) -> None:
        self._catalogue = self._read_catalogue()
        self._house.news.reload()
        self._house.chronicle.started(VERSION)
        self._loop.start()
        for begin in self._on_start:
            begin()
        self._printing.submit(self._recover)
        self.post(_Changed())

    def stop(self) -> None:
        """Ends loop, threads and devices; may be called twice."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self.post(events.Touched())
        if self._loop.is_alive():
            self._loop.join(timeout=5)
        if self._desks is not None:
            self._desks.chronicle.stopped()
        for stop in self._on_stop:
            stop()
        self._printing.shutdown(wait=False, cancel_futures=True)

    @property
    def _house(self) -> Desks:
        if self._desks is None:
            raise RuntimeError("furnish() comes before start()")
        return self._desks

    # ── events from below ───────────────────────────────────────────────────────────────────────────────────────────

    def on_device(self, event: DeviceEvent) -> None:
        """From the hosts' threads."""
        if isinstance(event, StatusChanged):
            self._statuses[event.device] = event.status
            self._house.chronicle.on_status(event.device, event.status)
            self.post(_Changed())
        else:
            log.info("fault_seen", device=event.device, code=event.code, detail=event.detail)

    def on_sync(self, event: SyncEvent) -> None:
        """From the sync's threads."""
        self._house.chronicle.on_sync(event)
        match event:
            case OnlineChanged(online):
                self._online = online
                self.post(_Changed())
            case CatalogueChanged():
                self._catalogue = self._read_catalogue()
                self.post(_Changed())
            case AnnouncementsChanged():
                self._house.news.reload()
                self.post(_Changed())
            case BacklogChanged(remaining):
                self._house.news.backlog = remaining
                self.post(_Changed())
            case _:
                self._house.submit.on_sync(event)

    # ── the loop ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        next_tick = time.monotonic() + TICK_S
        while not self._stopping.is_set():
            try:
                event: object = self._queue.get(timeout=max(0.0, next_tick - time.monotonic()))
            except queue.Empty:
                event = events.Tick(time.monotonic())
            if time.monotonic() >= next_tick:
                next_tick = time.monotonic() + TICK_S
                self.post(events.Tick(time.monotonic()))
            try:
                self._handle(event)
            except Exception:
                log.exception("unexpected", event_type=type(event).__name__, state=self._session.state.value)
                self._fail(type(event).__name__)

    def _handle(self, event: object) -> None:
        if isinstance(event, _Changed):
            event = self._possible_now()
        if isinstance(event, events.Tick):
            self._house.submit.tick(event.now)
            self._house.chronicle.tick()
            if self._house.news.showing() != self._session.announcements:
                self.post(_Changed())
        before = self._session
        context = Context(
            time.monotonic(), datetime.now(UTC), new_id, self._settings.limits, self._settings.default_locale
        )
        after, todo = reduce(before, event, context)
        self._session = after
        self._audit_change(before, after)
        for effect in todo:
            self._carry_out(effect, after)
        if after is not before:
            for subscriber in self._subscribers:
                subscriber(after)

    def _fail(self, where: str) -> None:
        self._house.chronicle.failed(where)
        self._wipe()
        context = Context(
            time.monotonic(), datetime.now(UTC), new_id, self._settings.limits, self._settings.default_locale
        )
        self._session, _ = reduce(self._session, events.Unexpected(where), context)
        for subscriber in self._subscribers:
            subscriber(self._session)

    def _possible_now(self) -> events.OffersChanged:
        # A session keeps the catalogue that it began with to its end, offers included.
        catalogue, statuses = self._in_use or self._catalogue, dict(self._statuses)
        left, news = self._stock_left, self._house.news
        made = offers(catalogue, statuses, left, self._online) if catalogue else ()
        closed = out_of_service(catalogue, statuses)
        return events.OffersChanged(made, self._online, closed, news.showing(), news.backlog)

    def _stock_left(self, stock_type: str) -> int:
        # Plain paper carries no serials, so there is nothing to count.
        return 1 if self._settings.paper_background else self._house.stock.remaining(stock_type)

    # ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _carry_out(self, effect: effects.Effect, session: Session) -> None:
        house = self._house
        match effect:
            case effects.WatchCard(session_id):
                house.cards.begin(session_id)
            case effects.StopCard():
                house.cards.stop()
            case effects.BeginFace(session_id, card, attempt, consented_at):
                house.audit.record(audited.IdentityInit(session=session_id, attempt=attempt))
                house.faces.begin(session_id, card, attempt, consented_at)
            case effects.EndFace():
                house.faces.end()
            case effects.FindCollectable(session_id, id_number):
                letters = house.letters.of_holder(id_number, self._in_use)
                self.post(events.CollectableFound(session_id, house.documents.collectable(id_number), letters))
            case effects.OpenService():
                self._open_service(effect)
            case effects.CheckPage(session_id, service, page):
                form = self._in_use.services[service].form if self._in_use else None
                if form is not None:
                    errors = form.errors(session.form.values, None if page < 0 else page)
                    self.post(events.PageChecked(session_id, page, errors))
            case effects.OpenPageCamera():
                house.pages.open(session.session_id)
            case effects.ClosePageCamera():
                house.pages.close()
            case effects.TakePage(session_id, kind):
                house.pages.take(session_id, kind)
            case effects.DropPage():
                house.pages.drop_preview()
            case effects.SealApplication():
                if self._in_use is not None:
                    house.submit.submit(session, self._in_use, house.pages.pages(), online=self._online)
            case effects.RequestHuman(_, application_id):
                house.submit.ask_human(application_id)
            case effects.PrintPapers(session_id, order_ids):
                self._printed = True
                for order_id in order_ids:
                    self._printing.submit(self._print_one, session_id, order_id)
            case effects.PrintReceipt(session_id):
                house.receipts.print_receipt(
                    session, self._hall(), lambda state: self.post(events.ReceiptChanged(session_id, state))
                )
            case effects.Wipe():
                self._wipe()

    def _open_service(self, effect: effects.OpenService) -> None:
        self._in_use = self._in_use or self._catalogue
        service = self._in_use.services.get(effect.code) if self._in_use else None
        if service is None or service.form is None:
            return
        self._house.submit.expect(effect.card.id_number)
        self.post(
            events.ServiceOpened(
                effect.session_id,
                service.code,
                service.name,
                service.guide,
                service.form.pages,
                service.form.prefill(effect.card),
                service.materials,
            )
        )

    def _hall(self) -> Bilingual:
        authority = (self._in_use or self._catalogue or Catalogue("")).district.get("authority", {})
        return Bilingual(zh=authority.get("zh", "政务服务大厅"), en=authority.get("en", "Government service hall"))

    def _print_one(self, session_id: str, order_id: str) -> None:
        """On the print desk's thread; what breaks there is unknown, never silent."""

        def tell(order: str, state: PaperState, code: str) -> None:
            self.post(events.PaperChanged(session_id, order, state, reason_for(code)))

        try:
            self._house.print_desk.print_order(session_id, order_id, tell)
        except Exception:
            log.exception("print_desk_failed", order_id=order_id)
            tell(order_id, PaperState.UNKNOWN, "laser_printer.driver_failed")
        self.post(_Changed())

    def _recover(self) -> None:
        try:
            settled = self._house.print_desk.recover(lambda *_: None)
        except Exception:
            log.exception("recovery_failed")
            return
        if settled:
            log.info("interrupted_prints_settled", count=settled)

    def _wipe(self) -> None:
        house = self._house
        house.cards.stop()
        house.faces.end()
        house.pages.wipe()
        house.submit.forget()
        if self._in_use is not self._catalogue:
            self.post(_Changed())  # a newer catalogue came in mid-session: its offers may be told now
        self._in_use = None
        if self._printed:
            self._printed = False
            self._printing.submit(house.print_desk.scrub)

    def _audit_change(self, before: Session, after: Session) -> None:
        audit = self._house.audit
        if after.session_id and not before.session_id:
            self._in_use = self._catalogue
            audit.record(audited.SessionStart(session=after.session_id))
        if after.consented_at and not before.consented_at:
            audit.record(audited.ConsentGiven(session=after.session_id))
        if after.evidence and not before.evidence:
            holder = Personal(after.card.id_number, after.card.id_number) if after.card else None
            band, model = after.evidence.score_band, after.evidence.model
            audit.record(audited.IdentityComplete(after.session_id, "match", band, model, holder))
        if after.face.refused and not before.face.refused:
            refused = closed_word(after.face.refused, audited.IdentityCompleteDisposition, "other")
            audit.record(audited.IdentityComplete(after.session_id, refused, "", "", None))
        if before.session_id and not after.session_id and after.state is not State.FAILSAFE:
            if after.ending == "consent_refused":
                audit.record(audited.ConsentRefused(session=before.session_id))
            ending = closed_word(after.ending, audited.SessionEndDisposition, "other")
            audit.record(audited.SessionEnd(session=before.session_id, disposition=ending))
