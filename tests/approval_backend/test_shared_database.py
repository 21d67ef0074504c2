"""One PostgreSQL, several offices: restarted under load, two replicas, one killed; every effect once."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.approval_backend.conftest import enrolled_office
from tests.approval_backend.office_process import Kiosk, OfficeProcess
from tests.approval_backend.pages import application, proof_page
from tests.approval_backend.postgresql import PostgresServer
from tests.thorough import figure, rounds
from wire.messages import Envelope

PAGE = proof_page()
SEND_LIMIT_S = 120
APART_S = 1.5  # between restarts of the server: under load most of them cut a transaction


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="kiosk-postgresql-"))
    server = PostgresServer(folder)  # durable: it is killed
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder)


PACE_S = 0.5  # every case is read by a machine of two cores afterwards: a dozen, spread over the restarts


def in_han(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))


def send_until_answered(kiosk: Kiosk, envelope: Envelope) -> str:
    """As a kiosk does: the same envelope again after every 503 or broken connection."""
    until = time.monotonic() + SEND_LIMIT_S
    while True:
        try:
            answer = kiosk.send(envelope)
            if answer.status_code == 200:
                return answer.text
            assert answer.status_code == 503, answer.text
        except httpx.TransportError:
            pass
        assert time.monotonic() < until, "the office never answered"
        time.sleep(0.1)  # the pace of the sender, not a synchronisation


def test_a_server_that_restarts_under_load_loses_nothing_accepted(tmp_path: Path, server: PostgresServer) -> None:
    office, key = enrolled_office(tmp_path, server.create("office"))
    office.start()
    kiosk = Kiosk(office, key)
    version = kiosk.get("/healthz").json()["catalogue"]
    assert kiosk.put_material(PAGE).status_code == 201
    done = threading.Event()
    cuts: list[float] = []

    def cut() -> None:
        while not done.wait(APART_S):
            (server.kill if len(cuts) % 2 else server.stop)()
            server.start()
            cuts.append(time.monotonic())

    cutting = threading.Thread(target=cut)
    cutting.start()
    acknowledged: list[tuple[Envelope, str]] = []
    try:
        wanted, least_cuts = rounds(12, 120), rounds(3, 40)
        while len(acknowledged) < wanted or len(cuts) < least_cuts:
            envelope = kiosk.seal(application(version, PAGE, trade_name=f"锦江新区云{in_han(len(acknowledged))}号书屋"))
            acknowledged.append((envelope, send_until_answered(kiosk, envelope)))
            done.wait(PACE_S)
    finally:
        done.set()
        cutting.join()
    try:
        references = {send_until_answered(kiosk, envelope) for envelope, _ in acknowledged}
        assert references == {text for _, text in acknowledged}  # the same answer again, word for word
        assert len(references) == len(acknowledged)
        first, last = acknowledged[0][0], acknowledged[-1][0]
        assert kiosk.decision(first.sealed.id).application_id == first.sealed.id  # the reviewer lived through it too
        assert kiosk.decision(last.sealed.id, 60).application_id == last.sealed.id
    finally:
        kiosk.close()
        office.stop()
    figure(f"postgresql restarted {len(cuts)} times under load: {len(acknowledged)} acknowledged, 0 lost, 0 doubled")


def test_two_replicas_decide_each_case_once_and_one_takes_over_from_a_killed_one(
    tmp_path: Path, server: PostgresServer
) -> None:
    address = server.create("office")
    first, key = enrolled_office(tmp_path / "first", address)
    first.start()
    (tmp_path / "second").mkdir()
    shutil.copytree(tmp_path / "first" / "data", tmp_path / "second" / "data", ignore=shutil.ignore_patterns("*.lock"))
    second = OfficeProcess(tmp_path / "second" / "data")
    second.start()
    one, two = Kiosk(first, key), Kiosk(second, key)
    try:
        version = one.get("/healthz").json()["catalogue"]
        assert one.put_material(PAGE).status_code == 201
        sent = []
        for number in range(6):
            kiosk = (one, two)[number % 2]
            envelope = kiosk.seal(application(version, PAGE, trade_name=f"锦江新区双{'甲乙丙丁戊己'[number]}书屋"))
            assert kiosk.send(envelope).status_code == 200
            sent.append(envelope)
        first.kill()
        decisions = [two.decision(envelope.sealed.id) for envelope in sent]
        assert [decision.outcome.value for decision in decisions] == ["granted"] * len(sent)
        assert len({decision.orders[0].order.identifier for decision in decisions}) == len(sent)
        first.start()
        assert [one.decision(envelope.sealed.id) for envelope in sent] == decisions
    finally:
        one.close()
        two.close()
        first.stop()
        second.stop()
