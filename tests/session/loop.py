"""A kiosk whose loop, desks of paper work and store are the real ones; card reader, camera and printers are hands."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from drivers.device import Ready
from drivers.host import StatusChanged
from kiosk_app.catalogue.in_force import read_in_force
from kiosk_app.catalogue.news import HallNews
from kiosk_app.kiosk import Desks, Kiosk
from kiosk_app.session import events
from kiosk_app.session.letters import LetterDesk
from kiosk_app.session.model import PaperState, Session, State
from kiosk_app.session.submitting import SubmitDesk
from kiosk_app.settings import Office, Settings
from offline_cache.announcements import Announcements
from offline_cache.catalogue_cache import CatalogueCache
from offline_cache.documents import Documents
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from tests.offline_cache.samples import DEVICE_KEY, OFFICE_KEY
from tests.session.journey import CARD, evidence

LIMIT_S = 20.0
DEVICES = ("id_card", "camera", "document_camera", "laser_printer", "thermal_printer")
JPEG = b"\xff\xd8\xff page"


class Hands:
    """Whatever it is asked, it does nothing; what it says is given."""

    def __init__(self, **says: Any) -> None:
        self._says = says

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: self._says.get(name)


class Loop:
    """``now`` is the office's time as the kiosk knows it."""

    def __init__(self, store: Store, folder: Path, now: Callable[[], Any]) -> None:
        self.store = store
        self.cache = CatalogueCache(store, OFFICE_KEY.public())
        self.announcements = Announcements(store, OFFICE_KEY.public())
        self.outbox = Outbox(store)
        self.receipts: list[Session] = []
        settings = Settings(
            kiosk_id="kiosk-test",
            data=folder,
            runtime=folder,
            office=Office(url="https://office.example", public_key=folder / "office.pem"),
            devices={},
        )
        self.kiosk = Kiosk(settings, lambda: read_in_force(self.cache))
        self.pages: dict[str, bytes] = {}
        submit: Any = SubmitDesk(
            self.outbox,
            "kiosk-test",
            DEVICE_KEY,
            Hands(),  # type: ignore[arg-type]
            settings.limits,
            self.kiosk.post,
            lambda: None,
            "https://office.example",
        )
        hands: Any = Hands(recover=0, remaining=5)
        receipts: Any = Hands()
        receipts.print_receipt = self._receipt
        pages: Any = Hands(pages=self.pages)
        parts: dict[str, Any] = {part.name: hands for part in fields(Desks)}
        parts |= {
            "pages": pages,
            "submit": submit,
            "receipts": receipts,
            "documents": Documents(store),
            "letters": LetterDesk(self.outbox),
            "news": HallNews(self.announcements, now),
        }
        self.kiosk.furnish(Desks(**parts), [], [])
        self._changed = threading.Condition()
        self.kiosk.subscribe(self._notice)
        for device in DEVICES:
            self.kiosk.on_device(StatusChanged(device, Ready()))

    def _receipt(self, session: Session, _hall: object, tell: Callable[[PaperState], None]) -> None:
        self.receipts.append(session)
        tell(PaperState.PRINTED)

    def _notice(self, _: Session) -> None:
        with self._changed:
            self._changed.notify_all()

    @property
    def session(self) -> Session:
        return self.kiosk.session

    def wait(self, fact: Callable[[Session], bool]) -> Session:
        """Until the session is so."""
        deadline = time.monotonic() + LIMIT_S
        with self._changed:
            while not fact(self.session):
                assert self._changed.wait(max(0.0, deadline - time.monotonic())), self.session.state
        return self.session

    def state(self, wanted: State) -> Session:
        return self.wait(lambda session: session.state is wanted)

    def post(self, *what: object) -> None:
        for event in what:
            self.kiosk.post(event)

    def identify(self) -> str:
        """To Home; gives the session's id."""
        self.state(State.IDLE)
        self.post(events.Start())
        session_id = self.state(State.CONSENT).session_id
        self.post(
            events.ConsentGiven(),
            events.CardReading(session_id),
            events.CardRead(session_id, CARD),
            events.FaceMatched(session_id, evidence()),
        )
        self.state(State.HOME)
        return session_id

    def leave(self) -> None:
        """To the attract screen, the card taken along."""
        self.post(events.Leave())
        self.state(State.TAKE_CARD)
        self.post(events.CardLifted(), events.Proceed())
        self.state(State.IDLE)
