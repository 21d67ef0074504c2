"""What kiosks report of themselves: one row a report, however often it is sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from approval_backend.office import open_store
from approval_backend.store.tables import FleetEventRow, StockReconciliationRow
from tests.approval_backend.office_process import DEVICE, Kiosk
from wire.messages import Acknowledgement
from wire.reports import FleetEvent, FleetEventKind, StockReconciliation

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
FILLING = StockReconciliation(
    stock_type="business_licence_a3",
    first_serial="LA0001",
    last_serial="LA0050",
    used=40,
    spoiled=2,
    unknown=1,
    remaining=7,
    counted=6,
    loaded_at=NOW,
    closed_at=NOW,
)


def test_a_reconciliation_sent_thrice_is_one_row_and_one_answer(kiosk: Kiosk) -> None:
    envelope = kiosk.seal(FILLING)
    answers = {kiosk.send(envelope).text for _ in range(3)}
    assert len(answers) == 1
    assert Acknowledgement.model_validate_json(answers.pop()).reference.startswith("SR-")
    store = open_store(kiosk.office.data)
    with store.read() as session:
        (row,) = session.scalars(select(StockReconciliationRow).where(StockReconciliationRow.device_id == DEVICE))
        assert (row.envelope_id, row.used, row.unknown, row.counted) == (envelope.sealed.id, 40, 1, 6)
    store.close()


@pytest.mark.parametrize("kind", list(FleetEventKind))
def test_every_kind_of_fleet_event_is_kept_once(kiosk: Kiosk, kind: FleetEventKind) -> None:
    envelope = kiosk.seal(FleetEvent(kind=kind, device="laser_printer", code="laser_printer.jam", count=2, at=NOW))
    assert [kiosk.send(envelope).status_code for _ in range(2)] == [200, 200]
    store = open_store(kiosk.office.data)
    with store.read() as session:
        count = select(func.count()).where(FleetEventRow.envelope_id == envelope.sealed.id)
        assert session.scalar(count) == 1
    store.close()


@pytest.mark.parametrize(
    "change", [{"used": -1}, {"first_serial": ""}, {"used": None}, {"name": "somebody"}, {"closed_at": "yesterday"}]
)
def test_a_report_of_the_wrong_shape_is_refused_by_place(kiosk: Kiosk, change: dict[str, object]) -> None:
    from wire.canonical import content_sha256

    envelope = kiosk.seal(FILLING)
    sealed = envelope.sealed.model_copy(update={"body": envelope.sealed.body | change})
    digest = content_sha256(sealed.model_dump(mode="json"))
    forged = envelope.model_copy(
        update={"sealed": sealed, "content_sha256": digest, "signature": kiosk.key.sign(digest.encode())}
    )
    answer = kiosk.send(forged)
    assert answer.status_code == 422
    (where,) = {error["where"] for error in answer.json()["errors"]}
    assert where == f"/sealed/body/{next(iter(change))}"
