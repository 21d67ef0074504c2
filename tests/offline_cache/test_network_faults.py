"""Every fault of the way, between a kiosk and a real office process: each application has exactly one row, in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from offline_cache import transport
from offline_cache.clock import Clock
from offline_cache.office_client import HEALTH_READ_S, READ_S, Reason, ServerFault
from offline_cache.outbox import OutboxState
from offline_cache.patience import LONGEST_S
from offline_cache.sync_events import OfficeTrouble
from offline_cache.transport import ANSWER_GRACE_S
from tests.offline_cache.certificates import Authority
from tests.offline_cache.fault_proxy import OF_REQUESTS, FaultProxy
from tests.offline_cache.real_office import JPEG, RealOffice, Syncing, real_office
from tests.offline_cache.samples import DEVICE_ID, DEVICE_KEY, STORE_KEY, application
from tests.thorough import THOROUGH, figure
from wire.envelopes import seal
from wire.messages import Application, Envelope

__all__ = ["real_office"]

APPLICATIONS = 4
# On every run one of each class, under ``--thorough`` all.
PAGES_TOO = ("drop_response", "truncate_request", "portal_created", "html_422", "late")
OUTAGES = ("drop_response", "late", "truncate_request", "swallow", "portal_html", "portal_json", "status_503_retry")
# Nearly the same as another of its class: an outage or a refusal by another number.
TWINS = {"html_400", "html_422", "status_502", "status_425", "status_429", "portal_created", "reset_in_response"}
EVERYWHERE = [(fault, "/v1/intake") for fault in OF_REQUESTS if THOROUGH or fault not in TWINS] + [
    (fault, "/v1/materials") for fault in (OF_REQUESTS if THOROUGH else PAGES_TOO)
]


@pytest.fixture
def proxy(real_office: RealOffice) -> Iterator[FaultProxy]:
    proxy = FaultProxy(("127.0.0.1", real_office.port))
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.fixture
def kiosk(tmp_path: Path, proxy: FaultProxy, real_office: RealOffice) -> Iterator[Syncing]:
    kiosk = Syncing(tmp_path / "kiosk.db", STORE_KEY, proxy.url, real_office.key)
    yield kiosk
    proxy.stop()  # first, so that nothing hangs on a held question
    kiosk.close()


def only(*prefixes: str) -> Callable[[str, str], bool]:
    return lambda method, path: path.startswith(prefixes)


def assert_each_once(kiosk: Syncing, office: RealOffice, envelopes: list[Envelope], *, in_order: bool = True) -> None:
    """One row an application, the acknowledgement that of the row, every page there, nobody dead."""
    ids = [envelope.sealed.id for envelope in envelopes]
    received = office.received(envelopes)
    assert (received if in_order else sorted(received)) == (ids if in_order else sorted(ids))
    rows = {row[0]: row for row in office.rows()}
    for envelope in envelopes:
        ack = kiosk.outbox.get(envelope.sealed.id).ack
        assert ack is not None
        assert (ack.id, ack.content_sha256, ack.reference) == rows[envelope.sealed.id]
        assert {ref["sha256"] for ref in envelope.sealed.body["materials"]} <= office.materials()
    assert kiosk.outbox.dead_letters() == ()


@pytest.mark.parametrize(("fault", "path"), EVERYWHERE)
def test_a_request_that_goes_wrong_twice_leaves_one_row(
    kiosk: Syncing, proxy: FaultProxy, real_office: RealOffice, fault: str, path: str
) -> None:
    proxy.only = only(path)
    proxy.once.extend([fault, fault])
    envelopes = kiosk.seal(APPLICATIONS)
    kiosk.worker.start()
    if fault == "swallow":
        kiosk.wait_until(lambda: proxy.hits[fault] == 2)
    kiosk.wait_accepted(APPLICATIONS)
    assert proxy.hits[fault] == 2
    proxy.deliver_late()
    assert_each_once(kiosk, real_office, envelopes, in_order=False)
    # What stumbled with the office well was put off, and others passed it; those go in the order of sealing.
    at_first = [envelope for envelope in envelopes if kiosk.outbox.get(envelope.sealed.id).attempts == 1]
    assert len(at_first) >= APPLICATIONS - 2
    assert real_office.received(at_first) == [envelope.sealed.id for envelope in at_first]


@pytest.mark.parametrize("fault", [*(OF_REQUESTS if THOROUGH else OUTAGES), "refused", "half_open"])
def test_an_outage_of_any_kind_ends_and_the_backlog_drains_in_order(
    kiosk: Syncing, proxy: FaultProxy, real_office: RealOffice, fault: str
) -> None:
    proxy.set(fault)
    envelopes = kiosk.seal(APPLICATIONS)
    kiosk.worker.start()
    kiosk.wait_until(lambda: proxy.hits[fault] >= (1 if fault == "refused" else 2))
    if fault == "refused":
        kiosk.wait_until(lambda: kiosk.worker.status().reason is not None)
    proxy.set("")
    kiosk.wait_accepted(APPLICATIONS)
    proxy.deliver_late()
    assert_each_once(kiosk, real_office, envelopes)
    assert kiosk.outbox.counts()[OutboxState.SEALED] == 0


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("stranger", Reason.TLS), ("expired", Reason.TLS), ("not_yet_valid", Reason.CLOCK), ("cut_handshake", Reason.TLS)],
)
def test_an_office_that_cannot_prove_itself_gets_nothing(
    tmp_path: Path, real_office: RealOffice, fault: str, reason: Reason
) -> None:
    proxy, kiosk = over_tls(tmp_path, real_office)
    proxy.set(fault)
    try:
        before = real_office.rows()
        envelopes = kiosk.seal(2)
        kiosk.worker.start()
        kiosk.wait_until(lambda: kiosk.worker.status().reason is not None)
        assert proxy.hits[fault] >= 1
        assert kiosk.worker.status().reason in (reason, Reason.CUT_OFF if fault == "cut_handshake" else reason)
        assert real_office.rows() == before
        if fault != "cut_handshake":
            assert [event.code for event in kiosk.of(OfficeTrouble) if isinstance(event, OfficeTrouble)] == [reason]
        proxy.set("")
        kiosk.wait_accepted(2)
        assert_each_once(kiosk, real_office, envelopes)
    finally:
        proxy.stop()
        kiosk.close()


def test_an_expired_certificate_is_the_clocks_fault_where_the_clock_is_known_to_be_wrong(
    tmp_path: Path, real_office: RealOffice
) -> None:
    year = 365 * 86400.0
    clock = Clock(wall=lambda: time.time() + year)
    clock.learn(datetime.now(UTC), clock.elapsed(), clock.elapsed())
    proxy, kiosk = over_tls(tmp_path, real_office, clock)
    proxy.set("expired")
    try:
        kiosk.worker.start()
        kiosk.wait_until(lambda: kiosk.worker.status().reason is not None)
        assert kiosk.worker.status().reason is Reason.CLOCK
    finally:
        proxy.stop()
        kiosk.close()


def test_a_plain_answer_where_tls_was_asked_is_no_office(tmp_path: Path, real_office: RealOffice) -> None:
    proxy, kiosk = over_tls(tmp_path, real_office)
    proxy.set("plain_answer")
    try:
        kiosk.worker.start()
        kiosk.wait_until(lambda: kiosk.worker.status().reason is not None)
        assert kiosk.worker.status().reason is Reason.TLS
    finally:
        proxy.stop()
        kiosk.close()


def over_tls(tmp_path: Path, office: RealOffice, clock: Clock | None = None) -> tuple[FaultProxy, Syncing]:
    """A proxy that ends TLS with a certificate of the authority that the kiosk trusts, or a worse one."""
    ours, stranger = Authority(tmp_path, "ours"), Authority(tmp_path, "stranger")
    day = timedelta(days=1)
    contexts = {
        "": ours.context(),
        "stranger": stranger.context(),
        "expired": ours.context(-20 * day, -10 * day),
        "not_yet_valid": ours.context(10 * day, 20 * day),
    }
    proxy = FaultProxy(("127.0.0.1", office.port), contexts)
    proxy.start()
    kiosk = Syncing(tmp_path / "kiosk.db", STORE_KEY, proxy.url, office.key, ca_file=ours.file, clock=clock)
    return proxy, kiosk


@pytest.mark.timeout(300)
def test_a_slow_line_carries_a_page_that_takes_longer_than_any_silence_may_last(
    kiosk: Syncing, proxy: FaultProxy, real_office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scaled: 16 KB/s and limits of 0.6 s by default; 1 KB/s and the limits of production under ``--thorough``."""
    if THOROUGH:
        kiosk.client._read_s, kiosk.client._answer_s, kiosk.client._health_read_s = READ_S, ANSWER_GRACE_S, 5.0
    else:
        monkeypatch.setattr(transport, "STALL_S", 0.6)
    proxy.bytes_per_s = 1024.0 if THOROUGH else 16 * 1024.0
    page_bytes = 60_000
    proxy.only = only("/v1/intake", "/v1/materials")
    proxy.set("slow")
    envelopes = kiosk.seal(1, page_bytes=page_bytes)
    began = time.monotonic()
    kiosk.worker.start()
    kiosk.wait_accepted(1, limit_s=240 if THOROUGH else 60)
    took = time.monotonic() - began
    assert took > page_bytes / proxy.bytes_per_s  # it was slow
    assert proxy.hits["slow"] == 2  # one page, one envelope: nothing had to be begun anew
    assert_each_once(kiosk, real_office, envelopes)
    figure(f"slow line, {proxy.bytes_per_s / 1024:.0f} KB/s: a page of {page_bytes} bytes in {took:.0f} s, sent once")


def test_an_answer_that_drips_does_not_hold_the_sender(kiosk: Syncing, proxy: FaultProxy) -> None:
    proxy.only = only("/v1/intake")
    proxy.once.append("endless_headers")
    kiosk.seal(1)
    with pytest.raises(ServerFault) as fault:
        kiosk.client.intake(kiosk.seal(1)[0])
    assert fault.value.reason is Reason.TOO_SLOW


@pytest.mark.timeout(300)  # thorough: five answers of 30 s, and the silence before the first is believed
def test_behind_a_long_delay_the_backlog_drains_all_the_same(
    kiosk: Syncing, proxy: FaultProxy, real_office: RealOffice
) -> None:
    """Scaled: 1.5 s, where 0.6 s is the usual patience; 30 s and the limits of production under ``--thorough``."""
    if THOROUGH:
        kiosk.client._read_s, kiosk.client._answer_s, kiosk.client._health_read_s = (
            READ_S,
            ANSWER_GRACE_S,
            HEALTH_READ_S,
        )
        kiosk.client._patience._longest_s = LONGEST_S
    proxy.latency_s = 30.0 if THOROUGH else 1.5
    proxy.set("latency")
    envelopes = kiosk.seal(1)
    began = time.monotonic()
    kiosk.worker.start()
    kiosk.wait_accepted(1, limit_s=280 if THOROUGH else 60)
    assert_each_once(kiosk, real_office, envelopes)
    figure(f"latency {proxy.latency_s:g} s: an application with a page accepted after {time.monotonic() - began:.0f} s")


def test_the_offices_own_conflict_is_a_dead_letter_and_the_others_pass(kiosk: Syncing, real_office: RealOffice) -> None:
    """Another content under the same id is already there: 409 from the real office."""
    taken, pages = application(JPEG + b"first")
    for digest, page in pages.items():
        kiosk.client.put_material(digest, "image/jpeg", page)
    kiosk.client.intake(taken)
    body = Application.model_validate(taken.sealed.body).model_copy(update={"form": {"trade_name": "y"}})
    other = seal(body, DEVICE_ID, DEVICE_KEY, envelope_id=taken.sealed.id)
    kiosk.outbox.seal(other, pages)
    rest = kiosk.seal(2)
    kiosk.worker.start()
    kiosk.wait_accepted(2)
    (dead,) = kiosk.outbox.dead_letters()
    assert (dead.id, dead.problem.status) == (taken.sealed.id, 409)
    assert real_office.received([taken, *rest]) == [each.sealed.id for each in [taken, *rest]]


def test_a_form_that_the_office_refuses_is_a_dead_letter_and_the_others_pass(
    kiosk: Syncing, real_office: RealOffice
) -> None:
    first, pages = application(JPEG + b"bad")
    body = Application.model_validate(first.sealed.body).model_copy(update={"service": "ZZ-99"})
    bad = seal(body, DEVICE_ID, DEVICE_KEY)
    kiosk.outbox.seal(bad, pages)
    rest = kiosk.seal(2)
    kiosk.worker.start()
    kiosk.wait_accepted(2)
    (dead,) = kiosk.outbox.dead_letters()
    assert (dead.id, dead.problem.status) == (bad.sealed.id, 422)
    assert real_office.received([bad]) == []
    assert real_office.received(rest) == [each.sealed.id for each in rest]
