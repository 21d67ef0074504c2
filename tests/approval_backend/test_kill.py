"""SIGKILL at any moment: what was acknowledged is there, decided once; nothing is half there."""

from __future__ import annotations

import os
import time
from pathlib import Path

import httpx
import pytest

from tests.approval_backend.conftest import NewDatabase, enrolled_office
from tests.approval_backend.office_process import Kiosk
from tests.approval_backend.pages import application, proof_page

pytestmark = pytest.mark.timeout(300)  # every case is read by a machine that others use too

ROUNDS = 3
PAGE = proof_page()
WORKER_END_LIMIT_S = 20


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_acknowledged_applications_survive_kill_9_and_are_each_granted_once(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    office, key = enrolled_office(tmp_path, new_database())
    office.start()
    kiosk = Kiosk(office, key)
    version = kiosk.get("/healthz").json()["catalogue"]
    sent = []
    try:
        for number in range(ROUNDS):
            assert kiosk.put_material(PAGE).status_code == 201
            for name in ("听雨", "松月"):
                own = f"{name}{'甲乙丙丁'[number]}"
                envelope = kiosk.seal(application(version, PAGE, trade_name=f"锦江新区{own}书屋"))
                answer = kiosk.send(envelope)
                assert answer.status_code == 200
                sent.append((envelope, answer.text))
            office.kill()  # the reviews have just begun
            office.start()
        for envelope, acknowledged in sent:
            assert kiosk.send(envelope).text == acknowledged
        decisions = [kiosk.decision(envelope.sealed.id) for envelope, _ in sent]
        assert [d.outcome.value for d in decisions] == ["granted"] * len(sent)
        codes = {d.orders[0].order.data["unified_social_credit_code"] for d in decisions}
        identifiers = {d.orders[0].order.identifier for d in decisions}
        assert len(codes) == len(identifiers) == len(sent)
        office.kill()
        office.start()
        assert [kiosk.decision(envelope.sealed.id) for envelope, _ in sent] == decisions
    finally:
        kiosk.close()
        office.stop()


def test_a_lost_reader_is_replaced_and_the_case_decided(tmp_path: Path) -> None:
    office, key = enrolled_office(tmp_path)
    office.start()
    kiosk = Kiosk(office, key)
    try:
        version = kiosk.get("/healthz").json()["catalogue"]
        kiosk.put_material(PAGE)
        envelope = kiosk.seal(application(version, PAGE))
        assert kiosk.send(envelope).status_code == 200
        for child in children_of(office.pid):
            os.kill(child, 9)
        assert kiosk.decision(envelope.sealed.id).outcome.value == "granted"
    finally:
        kiosk.close()
        office.stop()


def test_a_killed_office_leaves_no_reader_behind(tmp_path: Path) -> None:
    office, _ = enrolled_office(tmp_path)
    office.start()
    children = children_of(office.pid)
    assert children
    office.kill()
    limit = time.monotonic() + WORKER_END_LIMIT_S
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < limit, "the reader outlived its office"
        time.sleep(0.1)  # no event tells of a stranger's child


def test_a_stopped_office_ends_by_itself_and_refuses_connections(tmp_path: Path) -> None:
    office, _ = enrolled_office(tmp_path)
    office.start()
    address = office.address
    office.stop()
    try:
        httpx.get(address + "/healthz", trust_env=False)
    except httpx.ConnectError:
        return
    raise AssertionError("still listening")
