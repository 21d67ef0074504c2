"""A bundle imported beside the serving office is there at once, and the machine takes it up by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from approval_backend.__main__ import main
from approval_backend.catalogue.load import load_catalogue
from approval_backend.office import transfer_key
from offline_cache.bundle_export import BundleExport
from offline_cache.outbox_listing import waiting_ids
from offline_cache.store import Store
from tests.approval_backend.conftest import enrolled_office
from tests.approval_backend.office_process import DEVICE
from tests.approval_backend.office_process import Kiosk as Caller
from tests.transfer.conftest import NOW, STORE_KEY, Kiosk
from wire.follow_up import progress_url


@pytest.fixture
def caller(tmp_path: Path) -> Iterator[Caller]:
    office, key = enrolled_office(tmp_path / "office")
    office.start()
    caller = Caller(office, key)
    yield caller
    caller.close()
    office.stop()


def test_imported_beside_a_serving_office_it_is_there_and_gets_decided(caller: Caller, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "kiosk" / "kiosk.db", STORE_KEY)
    kiosk = Kiosk(store, caller.key, DEVICE)
    envelope = kiosk.receive(load_catalogue().version, "锦江新区一诺书屋")
    assert "还没有送达" in caller.get(progress_url("", envelope)).text
    public = transfer_key(caller.office.data).public()
    made = BundleExport(kiosk.outbox, DEVICE, caller.key, public).write(tmp_path / "stick", waiting_ids(store), NOW)
    assert main(["import", str(made.folder), "--data", str(caller.office.data)]) == 0
    assert "还没有送达" not in caller.get(progress_url("", envelope)).text
    assert caller.decision(envelope.sealed.id).outcome.value == "human", "a page of noise is for a person to read"
    store.close()
