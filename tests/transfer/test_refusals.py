"""What is not taken: each bundle and receipt that is not as it was made, by a named error, with nothing changed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approval_backend.catalogue.load import load_catalogue
from approval_backend.intake.devices import enrol
from approval_backend.office import office_key, open_store, transfer_key
from offline_cache.bundle_export import Exported
from offline_cache.outbox_listing import waiting_ids
from offline_cache.receipt_import import take_receipt
from offline_cache.store import Store
from tests.thorough import figure, rounds
from tests.transfer.conftest import STORE_KEY, Kiosk, OfficeSide, carry_back
from wire.signing import SigningKey
from wire.transfer import (
    MANIFEST_FILE,
    RECEIPT_FILE,
    BundleRefused,
    Manifest,
    NotABundle,
    OtherKiosksReceipt,
    OtherOfficesBundle,
    TamperedBundle,
    TruncatedBundle,
    UnfinishedBundle,
    UnknownKiosk,
    open_receipt,
    read_manifest,
    sign_manifest,
    unpack,
)

Export = Callable[..., Exported]


@pytest.fixture
def bundle(kiosk: Kiosk, office: OfficeSide, export: Export) -> Path:
    for name in ("锦江新区一诺书屋", "锦江新区二泉书屋", "锦江新区三味书屋"):
        kiosk.receive(office.catalogue.version, name)
    return export().folder


def refused(office: OfficeSide, bundle: Path, why: type[BundleRefused], words: str | None = None) -> None:
    with pytest.raises(why, match=words) as caught:
        office.take(bundle)
    assert type(caught.value) is why
    assert office.rows() == []
    assert office.materials() == 0
    assert not (bundle / RECEIPT_FILE).exists()


def signed_anew(bundle: Path, key: SigningKey, **changes: object) -> None:
    manifest = read_manifest((bundle / MANIFEST_FILE).read_bytes()).manifest.model_copy(update=changes)
    (bundle / MANIFEST_FILE).write_text(sign_manifest(Manifest.model_validate(dict(manifest)), key).model_dump_json())


def test_flipped_bytes_anywhere_are_refused(office: OfficeSide, bundle: Path) -> None:
    files = [MANIFEST_FILE, "part-0001.kbx", "part-0002.kbx"]
    count, refusals = rounds(60, 2000), 0
    for number in range(count):
        path = bundle / files[number % len(files)]
        whole = path.read_bytes()
        at = int.from_bytes(os.urandom(4)) % len(whole)
        changed = whole[:at] + bytes([whole[at] ^ (1 << number % 8)]) + whole[at + 1 :]
        if path.name == MANIFEST_FILE and _says_the_same(changed, whole):
            continue  # the Z of a time, written small
        path.write_bytes(changed)
        try:
            _raised(office, bundle)
            assert office.rows() == []
            refusals += 1
        finally:
            path.write_bytes(whole)
    assert refusals > count * 0.9
    figure(f"carried bundles: {refusals} single bits flipped in manifest and parts, all refused, 0 rows taken in")
    assert len(office.take(bundle).acknowledgements) == 3, "unharmed, it is taken"


def _says_the_same(changed: bytes, whole: bytes) -> bool:
    try:
        return read_manifest(changed) == read_manifest(whole)
    except NotABundle:
        return False


def _raised(office: OfficeSide, bundle: Path) -> None:
    with pytest.raises((TamperedBundle, NotABundle, UnknownKiosk, TruncatedBundle, OtherOfficesBundle)):
        office.take(bundle)


def test_a_part_cut_short_or_missing_is_truncated(office: OfficeSide, bundle: Path) -> None:
    part = bundle / "part-0002.kbx"
    whole = part.read_bytes()
    for size in (0, 1, len(whole) // 2, len(whole) - 1):
        part.write_bytes(whole[:size])
        refused(office, bundle, TruncatedBundle, r"part-0002\.kbx")
    part.unlink()
    refused(office, bundle, TruncatedBundle, "is missing")


def test_parts_that_changed_places_are_refused(office: OfficeSide, bundle: Path, kiosk: Kiosk) -> None:
    """Even by whoever holds the device's key: each part opens as itself only."""
    one, two = bundle / "part-0001.kbx", bundle / "part-0002.kbx"
    parts = read_manifest((bundle / MANIFEST_FILE).read_bytes()).manifest.parts
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content)
    swapped = (
        parts[1].model_copy(update={"file": "part-0001.kbx"}),
        parts[0].model_copy(update={"file": "part-0002.kbx"}),
        *parts[2:],
    )
    signed_anew(bundle, kiosk.key, parts=swapped)
    refused(office, bundle, TamperedBundle, "cannot be opened")


def test_a_manifest_that_names_other_items_is_refused(office: OfficeSide, bundle: Path, kiosk: Kiosk) -> None:
    parts = read_manifest((bundle / MANIFEST_FILE).read_bytes()).manifest.parts
    renamed = (parts[0].model_copy(update={"ids": parts[1].ids}), *parts[1:])
    signed_anew(bundle, kiosk.key, parts=renamed)
    refused(office, bundle, TamperedBundle, "other items")


def test_a_bundle_for_another_office_is_named(office: OfficeSide, bundle: Path, tmp_path: Path, kiosk: Kiosk) -> None:
    folder = tmp_path / "other-office"
    store = open_store(folder)
    enrol(store, kiosk.device_id, kiosk.key.public().pem())
    refused(OfficeSide(folder, store, load_catalogue()), bundle, OtherOfficesBundle)
    store.close()


def test_a_kiosk_that_is_not_enrolled_is_named(bundle: Path, tmp_path: Path) -> None:
    store = open_store(tmp_path / "new-office")
    refused(OfficeSide(tmp_path / "new-office", store, load_catalogue()), bundle, UnknownKiosk, "not enrolled")
    store.close()


def test_another_kiosk_cannot_sign_for_this_one(office: OfficeSide, bundle: Path) -> None:
    signed_anew(bundle, SigningKey.generate())
    refused(office, bundle, TamperedBundle, "signature")


def test_an_export_broken_off_is_named(office: OfficeSide, bundle: Path, kiosk: Kiosk) -> None:
    signed_anew(bundle, kiosk.key, complete=False)
    refused(office, bundle, UnfinishedBundle, "export again")


def test_other_folders_are_no_bundle(office: OfficeSide, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    refused(office, empty, NotABundle)
    (empty / MANIFEST_FILE).write_text("{}")
    refused(office, empty, NotABundle)


def test_a_manifest_cannot_point_out_of_its_folder(office: OfficeSide, bundle: Path, kiosk: Kiosk) -> None:
    raw = json.loads((bundle / MANIFEST_FILE).read_text())
    raw["manifest"]["parts"][0]["file"] = "../../office.db"
    (bundle / MANIFEST_FILE).write_text(json.dumps(raw))
    refused(office, bundle, NotABundle)


@settings(max_examples=rounds(200, 5000), deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_of_items_fail_otherwise(plain: bytes) -> None:
    with contextlib.suppress(TamperedBundle):
        list(unpack(plain))


# ── receipts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_receipt_with_any_byte_changed_changes_nothing_here(kiosk: Kiosk, office: OfficeSide, bundle: Path) -> None:
    office.take(bundle)
    key, raw = office_key(office.folder).public(), (bundle / RECEIPT_FILE).read_bytes()
    before = waiting_ids(kiosk.store)
    refusals = 0
    for at in range(0, len(raw), rounds(7, 1)):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        try:
            receipt = open_receipt(changed, key, kiosk.device_id)
        except (NotABundle, TamperedBundle):
            refusals += 1
        else:
            assert receipt == open_receipt(raw, key, kiosk.device_id), "only white space may differ"
    assert refusals > len(raw) // rounds(7, 1) * 0.9
    assert waiting_ids(kiosk.store) == before
    assert carry_back(kiosk, office, bundle).accepted == 3


def test_another_office_s_receipt_is_refused(kiosk: Kiosk, office: OfficeSide, bundle: Path) -> None:
    office.take(bundle)
    raw = (bundle / RECEIPT_FILE).read_bytes()
    with pytest.raises(TamperedBundle):
        open_receipt(raw, SigningKey.generate().public(), kiosk.device_id)


def test_another_kiosk_s_receipt_is_refused(kiosk: Kiosk, office: OfficeSide, bundle: Path) -> None:
    office.take(bundle)
    raw = (bundle / RECEIPT_FILE).read_bytes()
    with pytest.raises(OtherKiosksReceipt, match="kiosk-0007"):
        open_receipt(raw, office_key(office.folder).public(), "kiosk-0008")


def test_acknowledgements_of_what_was_never_sealed_here_do_nothing(
    kiosk: Kiosk, office: OfficeSide, bundle: Path, tmp_path: Path
) -> None:
    """As on a kiosk whose disk was replaced under the same name."""
    office.take(bundle)
    raw = (bundle / RECEIPT_FILE).read_bytes()
    receipt = open_receipt(raw, office_key(office.folder).public(), kiosk.device_id)
    fresh = Store.open(tmp_path / "fresh" / "kiosk.db", STORE_KEY)
    done = take_receipt(fresh, receipt)
    assert (done.accepted, len(done.foreign)) == (0, 3)
    fresh.close()


def test_the_key_in_the_wrong_place_is_named(office: OfficeSide, tmp_path: Path) -> None:
    office_key(office.folder)
    shutil.copy(office.folder / "office_key.pem", office.folder / "transfer_key.pem")
    with pytest.raises(ValueError, match="not an X25519"):
        transfer_key(office.folder)
