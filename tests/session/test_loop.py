"""Through the real loop and store: what a session keeps, and what a resident finds when the card comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from approval_backend.catalogue.load import load_catalogue
from kiosk_app.session import events
from kiosk_app.session.letters import ON_ITS_WAY
from kiosk_app.session.model import State, SubmitPhase
from offline_cache.items import OutboxState
from offline_cache.store import Store
from offline_cache.sync_events import (
    AnnouncementsChanged,
    BacklogChanged,
    CatalogueChanged,
    DecisionArrived,
    ItemAccepted,
    ItemRejected,
    OnlineChanged,
)
from tests.approval_backend.pages import FORM
from tests.offline_cache.samples import OFFICE_KEY, STORE_KEY, acknowledgement
from tests.offline_cache.test_signed_bundles import sentence, told
from tests.session.journey import decision
from tests.session.loop import JPEG, Loop
from wire.canonical import bytes_sha256, canonical_bytes
from wire.follow_up import local_number, progress_url
from wire.messages import CatalogueBundle, MaterialRef, Problem, SignedCatalogue

# One service is enough here: reading all 69 forms at each of the many starts would only take time.
FILES = {
    path: text
    for path, text in load_catalogue().files.items()
    if not path.startswith("services/") or path.startswith("services/AA-01/")
}
SERVICE = "services/AA-01/service.toml"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def signed(serial: int, version: str, **changed: str) -> SignedCatalogue:
    bundle = CatalogueBundle(version=version, files=FILES | changed, serial=serial)
    return SignedCatalogue(bundle=bundle, signature=OFFICE_KEY.sign(canonical_bytes(bundle)))


RENAMED = signed(2, "two", **{SERVICE: FILES[SERVICE].replace("个体工商户设立登记", "新的名字")})
NOT_OFFLINE = signed(3, "three", **{SERVICE: FILES[SERVICE].replace('offline = "queue"', 'offline = "no"')})


class Clock:
    now = NOON


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    store = Store.open(tmp_path / "kiosk.db", STORE_KEY)
    Clock.now = NOON
    loop = Loop(store, tmp_path, lambda: Clock.now)
    loop.cache.put(signed(1, "one"))
    loop.kiosk.on_sync(OnlineChanged(True))
    loop.kiosk.start()
    yield loop
    loop.kiosk.stop()
    store.close()


def fill_in(loop: Loop, session_id: str) -> None:
    loop.post(events.ServiceChosen("AA-01"))
    loop.state(State.GUIDE)
    loop.post(events.BeginApplication())
    loop.state(State.FORM)
    loop.post(*(events.FieldChanged(name, value) for name, value in FORM.items()))
    page = MaterialRef(kind="premises_proof", sha256=bytes_sha256(JPEG), media_type="image/jpeg", size_bytes=len(JPEG))
    loop.pages[page.sha256] = JPEG
    for number in range(len(loop.session.form.pages)):
        assert loop.wait(lambda s, n=number: s.form.page == n or s.state is not State.FORM).form.page == number
        loop.post(events.NextPage())
    loop.state(State.MATERIALS)
    loop.post(events.CapturePage(), events.PageCaptured(session_id, page), events.AcceptPage())
    loop.state(State.REVIEW)


def submit(loop: Loop) -> str:
    loop.post(events.SubmitPressed())
    return loop.wait(lambda session: bool(session.application_id)).application_id


def test_a_session_keeps_the_catalogue_that_it_began_with_to_its_end(loop: Loop) -> None:
    session_id = loop.identify()
    loop.cache.put(RENAMED)
    loop.kiosk.on_sync(CatalogueChanged("two"))
    assert loop.session.offers[0].name.zh == "个体工商户设立登记"
    fill_in(loop, session_id)
    loop.cache.put(NOT_OFFLINE)
    loop.kiosk.on_sync(CatalogueChanged("three"))
    loop.kiosk.on_sync(OnlineChanged(False))
    application_id = submit(loop)
    assert loop.session.service_name is not None and loop.session.service_name.zh == "个体工商户设立登记"
    envelope = loop.outbox.get(application_id).envelope
    assert envelope is not None and envelope.sealed.body["catalogue_version"] == "one"
    loop.kiosk.on_sync(DecisionArrived(decision(application_id)))
    loop.state(State.DECISION)
    loop.leave()
    loop.kiosk.on_sync(OnlineChanged(True))
    loop.identify()
    assert loop.session.offers[0].code == "AA-01"
    loop.post(events.ServiceChosen("AA-01"))
    loop.state(State.GUIDE)
    assert loop.kiosk._in_use is not None and loop.kiosk._in_use.version == "three"


def test_the_next_session_sees_the_new_one(loop: Loop) -> None:
    loop.identify()
    loop.cache.put(RENAMED)
    loop.kiosk.on_sync(CatalogueChanged("two"))
    loop.leave()
    loop.identify()
    assert loop.wait(lambda session: session.offers[0].name.zh == "新的名字").session_id


def test_a_catalogue_that_cannot_be_read_changes_nothing_in_the_hall(loop: Loop) -> None:
    loop.state(State.IDLE)
    loop.cache.put(signed(4, "broken", **{SERVICE: "code = ["}))
    loop.kiosk.on_sync(CatalogueChanged("broken"))
    loop.identify()
    assert loop.session.offers[0].available


def test_what_is_sealed_without_a_network_says_how_to_follow_it(loop: Loop) -> None:
    loop.kiosk.on_sync(OnlineChanged(False))
    loop.wait(lambda session: not session.online and bool(session.offers[0].reasons))
    told = loop.session.offers[0]
    assert told.available and "打印执照要等网络恢复" in told.reasons[-1].zh, "known before the effort is spent"
    session_id = loop.identify()
    fill_in(loop, session_id)
    application_id = submit(loop)
    session = loop.wait(lambda session: session.submit is SubmitPhase.QUEUED)
    envelope = loop.outbox.get(application_id).envelope
    assert envelope is not None
    assert session.local_number == local_number(application_id)
    assert session.progress_url == progress_url("https://office.example", envelope)
    assert session.telephone == "12345"
    loop.leave()
    assert (loop.session.local_number, loop.session.progress_url) == ("", "")
    loop.identify()
    (letter,) = loop.wait(lambda session: bool(session.letters)).letters
    assert (letter.number, letter.why, letter.next) == (local_number(application_id), None, ON_ITS_WAY)


def test_a_service_that_needs_the_network_can_be_read_about_but_not_begun(loop: Loop) -> None:
    loop.cache.put(NOT_OFFLINE)
    loop.kiosk.on_sync(CatalogueChanged("three"))
    loop.kiosk.on_sync(OnlineChanged(False))
    loop.identify()
    loop.wait(lambda session: not session.offers[0].available)
    loop.post(events.ServiceChosen("AA-01"))
    assert loop.state(State.GUIDE).guide
    loop.post(events.BeginApplication(), events.LanguageChosen("en"))
    assert loop.wait(lambda session: session.locale == "en").state is State.GUIDE
    loop.kiosk.on_sync(OnlineChanged(True))
    loop.wait(lambda session: session.offers[0].available)
    loop.post(events.BeginApplication())
    loop.state(State.FORM)


def test_search_works_without_a_network(loop: Loop) -> None:
    loop.kiosk.on_sync(OnlineChanged(False))
    loop.state(State.IDLE)
    assert loop.kiosk.search("gtgsh")[0] == "AA-01"


def test_a_refusal_while_the_resident_stands_there_is_told_with_why_and_what_next(loop: Loop) -> None:
    session_id = loop.identify()
    fill_in(loop, session_id)
    application_id = submit(loop)
    problem = Problem(type="urn:kiosk-never-closes:problem:form", title="The form", status=422)
    loop.outbox.reject(application_id, problem)
    loop.kiosk.on_sync(ItemRejected(application_id, problem))
    session = loop.wait(lambda session: session.stuck is not None)
    assert session.stuck is not None and "不一致" in session.stuck[0].zh
    loop.post(events.Proceed())
    loop.wait(lambda session: session.receipt is not None)
    assert loop.receipts[-1].stuck == session.stuck
    loop.leave()
    loop.identify()
    (letter,) = loop.wait(lambda session: bool(session.letters)).letters
    assert letter.why == session.stuck[0] and letter.service is not None


def test_a_letter_is_gone_when_the_office_has_taken_it_in(loop: Loop) -> None:
    session_id = loop.identify()
    fill_in(loop, session_id)
    application_id = submit(loop)
    loop.outbox.reject(application_id, Problem(title="no", status=422))
    loop.leave()
    loop.outbox.put_back(application_id)
    envelope = loop.outbox.get(application_id).envelope
    assert envelope is not None
    loop.outbox.accept(application_id, acknowledgement(envelope))
    loop.kiosk.on_sync(ItemAccepted(application_id, acknowledgement(envelope)))
    loop.identify()
    loop.post(events.ServiceChosen("AA-01"))
    assert loop.state(State.GUIDE).letters == ()
    assert loop.outbox.get(application_id).state is OutboxState.ACCEPTED


def test_announcements_come_at_their_time_and_vanish_by_themselves(loop: Loop) -> None:
    loop.announcements.put(told(1, sentence("soon"), sentence("long", hours=30)))
    loop.kiosk.on_sync(AnnouncementsChanged(1))
    assert len(loop.wait(lambda session: bool(session.announcements)).announcements) == 2
    Clock.now = NOON + timedelta(hours=2)  # nobody tells the kiosk: the corrected clock alone
    assert [each.id for each in loop.wait(lambda s: len(s.announcements) == 1).announcements] == ["long"]
    loop.identify()
    assert [each.id for each in loop.session.announcements] == ["long"]
    loop.leave()
    assert [each.id for each in loop.session.announcements] == ["long"]


def test_the_backlog_stands_on_the_attract_screen(loop: Loop) -> None:
    loop.kiosk.on_sync(BacklogChanged(12, NOON))
    loop.wait(lambda session: session.backlog == 12)
    loop.kiosk.on_sync(BacklogChanged(0, None))
    loop.wait(lambda session: session.backlog == 0)
