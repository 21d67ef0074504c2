"""Backup and restore: whole, encrypted, refused when changed; afterwards nothing is doubled and nobody comes back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from offline_cache import backup as backup_module
from offline_cache import restore_swap, sqlcipher
from offline_cache.backup import Backup, back_up
from offline_cache.backup_key import backup_key, move_backup_key, read_recovery_key, write_recovery_key
from offline_cache.backup_manifest import BackupUnusable
from offline_cache.decisions import Decisions
from offline_cache.documents import Documents, DocumentState
from offline_cache.integrity import examine
from offline_cache.key_place import KeyPlace
from offline_cache.keyring_copies import COPY_NAME, KeyringCopies
from offline_cache.keys import KeyUnusable
from offline_cache.outbox import Outbox, OutboxState
from offline_cache.rekey import rekey, unlock
from offline_cache.restore import NotEmpty, Restored, restore
from offline_cache.stock import Stock
from offline_cache.store import Store, StoreDamaged, StoreError, StoreFailed, StoreInUse
from offline_cache.subject_keys import Erased
from tests.offline_cache.office import Office
from tests.offline_cache.samples import (
    CANARY,
    HOLDER,
    acknowledgement,
    application,
    decision,
    order,
    print_report,
)
from tests.offline_cache.test_sync import Kiosk
from wire.messages import PrintOutcome, SignedOrder

NOW = datetime(2026, 3, 1, 2, 3, 4, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


class House:
    """A data folder with a store, and a disk for backups."""

    def __init__(self, root: Path, disk: Path) -> None:
        self.data = root
        self.disk = disk
        self.place = KeyPlace(root / "keys")

    def open(self) -> Store:
        return Store.open(self.data / "kiosk.db", unlock(self.data, self.place))

    def seal(self, *pages: bytes) -> str:
        store = self.open()
        envelope, materials = application(*pages)
        Outbox(store).seal(envelope, materials)
        store.close()
        return envelope.sealed.id

    def back_up(self, now: datetime = NOW) -> Backup:
        return back_up(self.data, self.place, self.disk, now)

    def restore(self, backup: Backup, *, replace: bool = False) -> Restored:
        return restore(self.data, self.place, backup.folder, backup_key(self.place), LATER, replace=replace)


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "disk").mkdir()
    return House(tmp_path / "data", tmp_path / "disk")


@pytest.fixture
def fresh(tmp_path: Path, house: House) -> House:
    """Another machine, with the same disk for backups."""
    return House(tmp_path / "fresh", house.disk)


def test_a_backup_holds_all_and_shows_nothing(house: House) -> None:
    house.seal(CANARY.encode() * 30)
    log = house.data / "log" / "audit" / "000001.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text("a line\n")
    made = house.back_up()
    assert made.folder.name == "20260301T020304Z"
    assert {name.split("/")[0] for name in made.manifest.files} == {"kiosk.db", "materials", "log"}
    assert made.manifest.counts == {"sealed": 1}
    for file in (path for path in house.disk.rglob("*") if path.is_file()):
        content = file.read_bytes()
        assert CANARY.encode() not in content
        assert HOLDER.encode() not in content
        assert not content.startswith(b"SQLite format 3")
        assert file.stat().st_mode & 0o077 == 0, file
    assert not (made.folder / "subjects.db").exists()
    assert (house.disk / COPY_NAME).exists()


def test_a_backup_needs_no_key_of_the_store(house: House) -> None:
    """So a rekey does not make the backups of before worthless."""
    envelope_id = house.seal(b"page")
    made = house.back_up()
    rekey(house.data, house.place, house.place)
    house.restore(made, replace=True)
    store = house.open()
    assert Outbox(store).get(envelope_id).envelope is not None
    store.close()


def test_it_comes_back_elsewhere_with_the_key_from_the_safe(house: House, fresh: House, tmp_path: Path) -> None:
    envelope_id = house.seal(b"page")
    made = house.back_up()
    write_recovery_key(tmp_path / "safe.txt", backup_key(house.place))
    restore(fresh.data, fresh.place, made.folder, read_recovery_key(tmp_path / "safe.txt"), LATER)
    store = fresh.open()
    outbox = Outbox(store)
    assert outbox.get(envelope_id).envelope is not None
    assert [page.data for page in outbox.unsent_materials(envelope_id)] == [b"page"]
    store.close()
    assert fresh.place.holder().read() != house.place.holder().read()
    assert backup_key(fresh.place) == backup_key(house.place)
    assert [finding.what for finding in examine(fresh.data, fresh.place) if finding.remedy] == []


def test_every_flipped_file_and_every_missing_one_is_refused(house: House, fresh: House) -> None:
    house.seal(b"page")
    made = house.back_up()
    key = backup_key(house.place)
    for file in [path for path in made.folder.rglob("*") if path.is_file()]:
        whole = file.read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 1):
            file.write_bytes(bytes([*whole[:place], whole[place] ^ 1, *whole[place + 1 :]]))
            if file.name == "manifest.json" and place == len(whole) - 1:
                continue  # the line's end
            with pytest.raises(BackupUnusable, match=r"another backup|backup key|newer kiosk"):
                restore(fresh.data, fresh.place, made.folder, key, LATER)
        file.unlink()
        with pytest.raises(BackupUnusable):
            restore(fresh.data, fresh.place, made.folder, key, LATER)
        file.write_bytes(whole)
    assert not (fresh.data / "kiosk.db").exists()
    restore(fresh.data, fresh.place, made.folder, key, LATER)


def test_a_damaged_copy_of_the_keyring_is_refused(house: House, fresh: House) -> None:
    house.seal(b"page")
    made = house.back_up()
    copy = house.disk / COPY_NAME
    whole = copy.read_bytes()
    copy.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    with pytest.raises((StoreDamaged, StoreFailed)):
        restore(fresh.data, fresh.place, made.folder, backup_key(house.place), LATER)
    copy.unlink()
    with pytest.raises(StoreFailed, match="keys belong beside"):
        restore(fresh.data, fresh.place, made.folder, backup_key(house.place), LATER)


def test_a_wrong_recovery_key_is_named(house: House, fresh: House) -> None:
    house.seal()
    made = house.back_up()
    with pytest.raises(BackupUnusable, match="--recovery-key"):
        restore(fresh.data, fresh.place, made.folder, bytes(32), LATER)


@pytest.mark.parametrize("content", ["", "not hex\n", "ab\n", "00" * 31])
def test_a_file_that_is_no_recovery_key_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "safe.txt"
    path.touch(0o600)
    path.write_text(content)
    with pytest.raises(KeyUnusable, match="no recovery key"):
        read_recovery_key(path)


def test_a_store_is_replaced_only_when_told_and_is_set_aside(house: House) -> None:
    house.seal()
    made = house.back_up()
    after = house.seal()
    with pytest.raises(NotEmpty, match="--replace"):
        house.restore(made)
    done = house.restore(made, replace=True)
    assert done.set_aside
    assert done.set_aside.is_dir()
    aside = Store.open(done.set_aside / "kiosk.db", house.place.holder().read())
    assert Outbox(aside).get(after).envelope is not None
    aside.close()


def test_an_unusable_key_is_set_aside_with_its_store(house: House) -> None:
    """As when the TPM died: the store there opens never again, the backup does."""
    envelope_id = house.seal()
    made = house.back_up()
    key = backup_key(house.place)
    house.place.holder().path.write_bytes(b"garbage")
    with pytest.raises(NotEmpty):
        restore(house.data, house.place, made.folder, key, LATER)
    done = restore(house.data, house.place, made.folder, key, LATER, replace=True)
    assert done.set_aside
    assert (done.set_aside / "keys" / "store.key").read_bytes() == b"garbage"
    store = house.open()
    assert Outbox(store).get(envelope_id).envelope is not None
    store.close()


def test_a_restore_stopped_at_any_rename_is_finished_by_the_next_start(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelope_id = house.seal(b"page")
    made = house.back_up()
    later = house.seal(b"page two")
    shutil.copytree(house.data, tmp_path / "before")
    real, stopped = restore_swap._move, 0
    while True:
        shutil.rmtree(house.data)
        shutil.copytree(tmp_path / "before", house.data)
        left = iter(range(stopped, -1, -1))

        def stop(source: Path, target: Path, left: Iterator[int] = left) -> None:
            if next(left) == 0:
                raise KeyboardInterrupt
            real(source, target)

        with monkeypatch.context() as patch:
            patch.setattr(restore_swap, "_move", stop)
            try:
                house.restore(made, replace=True)
                break
            except KeyboardInterrupt:
                stopped += 1
        store = house.open()
        outbox = Outbox(store)
        assert [page.data for page in outbox.unsent_materials(envelope_id)] == [b"page"]
        assert not store.rows("SELECT 1 FROM outbox WHERE id = ?", (later,))
        store.close()
    assert stopped >= 6  # three old ones out, three new ones in


def test_after_a_restore_the_office_has_everything_once(house: House, office: Office) -> None:
    before = [house.seal(b"page %d" % number) for number in range(3)]
    made = house.back_up()
    after = house.seal(b"page after")
    _send_all(house, office)
    assert sorted(office.received()) == sorted([*before, after])
    done = house.restore(made, replace=True)
    assert done.sent_again == 3
    _send_all(house, office)
    assert sorted(office.received()) == sorted([*before, after])
    assert [office.knocks(envelope_id) for envelope_id in before] == [2, 2, 2]  # it was sent, and answered as before
    store = house.open()
    assert Outbox(store).counts()[OutboxState.ACCEPTED] == 3
    store.close()


def _send_all(house: House, office: Office) -> None:
    store = house.open()
    kiosk = Kiosk(store, office)
    try:
        kiosk.worker.start()
        kiosk.wait_until(lambda: kiosk.outbox.counts()[OutboxState.SEALED] == 0)
        kiosk.wait_until(lambda: kiosk.outbox.counts()[OutboxState.SENDING] == 0)
    finally:
        kiosk.worker.stop()
        store.close()


def test_paper_that_may_exist_is_never_printed_again(house: House) -> None:
    """Waiting at the backup, printed after it; and one whose order came only after the backup."""
    store = house.open()
    envelope, _ = application()
    undecided, _ = application(name="后来者")
    for sealed in (envelope, undecided):
        Outbox(store).seal(sealed, {})
        Outbox(store).lease_next(0.0)
        Outbox(store).accept(sealed.sealed.id, acknowledgement(sealed))
    waiting, late = order(envelope.sealed.id), order(undecided.sealed.id)
    Documents(store).add(waiting)
    Decisions(store).put(decision(envelope.sealed.id, orders=(waiting,)))
    Stock(store).load("a3", "LA 0001", 10)
    store.close()
    made = house.back_up()
    _print(house, waiting)
    _print(house, late)
    done = house.restore(made, replace=True)
    assert (done.with_staff, done.trays) == (1, 1)
    store = house.open()
    documents = Documents(store)
    documents.add(late)  # the office tells again, as it must
    assert documents.document(waiting.order.order_id).state is DocumentState.UNKNOWN
    assert documents.document(late.order.order_id).state is DocumentState.UNKNOWN
    assert documents.collectable(HOLDER) == ()
    assert Stock(store).remaining("a3") == 0  # which serial lies on top is only seen in the tray
    new, _ = application(name="新来者")
    Outbox(store).seal(new, {})
    fresh_order = order(new.sealed.id)
    documents.add(fresh_order)
    assert documents.collectable(HOLDER) == (fresh_order,)
    store.close()


def _print(house: House, signed: SignedOrder) -> None:
    store = house.open()
    documents = Documents(store)
    documents.add(signed)
    serial = documents.begin_printing(signed.order.order_id)
    documents.settle(signed.order.order_id, PrintOutcome.PRINTED, stock_serial=serial)
    store.close()


def test_an_erased_person_is_erased_from_every_backup(house: House, fresh: House) -> None:
    envelope_id = house.seal(b"page")
    made = house.back_up()
    store = house.open()
    key = unlock_key(house)
    store.subjects.on_erased.append(lambda: KeyringCopies(house.data, house.place).follow_erasure(key))
    subject = store.subjects.find(HOLDER)
    assert subject
    store.subjects.erase(subject.handle)
    store.close()
    restore(fresh.data, fresh.place, made.folder, backup_key(house.place), LATER)
    store = fresh.open()
    row = store.rows("SELECT subject, payload FROM outbox WHERE id = ?", (envelope_id,))[0]
    with pytest.raises(Erased):
        store.subjects.unseal(row["subject"], row["payload"], "whatever")
    assert store.subjects.find(HOLDER) is None
    store.close()


def unlock_key(house: House) -> bytes:
    return house.place.holder().read()


def test_an_erasure_while_the_disk_is_away_is_pending_and_follows(house: House, tmp_path: Path) -> None:
    house.seal(b"page")
    made = house.back_up()
    away = tmp_path / "in the safe"
    house.disk.rename(away)
    store = house.open()
    subject = store.subjects.find(HOLDER)
    assert subject
    store.subjects.erase(subject.handle)
    copies = KeyringCopies(house.data, house.place)
    assert copies.refresh(unlock_key(house), erased=True) == (house.disk.resolve(),)
    store.close()
    assert any("lags" in finding.what for finding in examine(house.data, house.place))
    away.rename(house.disk)
    # Even before the copy followed: a restore over this store erases again who was erased here.
    done = house.restore(made, replace=True)
    assert done.erased_again == 1
    assert copies.refresh(unlock_key(house)) == ()
    assert not any("lags" in finding.what for finding in examine(house.data, house.place))
    connection = sqlcipher.connect_to_read(house.disk / COPY_NAME, backup_key(house.place))
    assert connection.execute("SELECT count(*) FROM subjects WHERE handle = ?", (subject.handle,)).fetchone() == (0,)
    connection.close()


def test_a_running_kiosk_is_neither_backed_up_nor_restored(house: House) -> None:
    house.seal()
    made = house.back_up()
    store = house.open()
    with pytest.raises(StoreInUse):
        house.back_up(LATER)
    with pytest.raises(StoreInUse):
        house.restore(made, replace=True)
    store.close()


def test_a_full_backup_disk_leaves_no_half_backup(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.seal(b"page")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup_module, "write_file", full)
    with pytest.raises((StoreError, OSError)):
        house.back_up()
    assert not list(house.disk.glob("2*"))


def test_a_damaged_store_is_not_backed_up_over_good_ones(house: House) -> None:
    house.seal(b"page")
    good = house.back_up()
    path = house.data / "kiosk.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:])
    with pytest.raises(StoreDamaged):
        house.back_up(LATER)
    assert [folder.name for folder in house.disk.glob("2*")] == [good.folder.name]


def test_the_backup_key_moves_with_the_stores(house: House) -> None:
    key = backup_key(house.place)
    move_backup_key(house.place, house.place)
    assert backup_key(house.place) == key


def test_envelopes_of_nobody_are_backed_up_too(house: House, fresh: House) -> None:
    store = house.open()
    report = print_report()
    Outbox(store).seal(report)
    store.close()
    made = house.back_up()
    restore(fresh.data, fresh.place, made.folder, backup_key(house.place), LATER)
    store = fresh.open()
    assert Outbox(store).get(report.sealed.id).envelope == report
    store.close()
