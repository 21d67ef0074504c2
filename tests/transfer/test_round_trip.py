"""Carried by hand: everything arrives once, the kiosk learns it, and nothing on the stick can be read on the way."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from approval_backend.intake.materials import keep_material
from offline_cache import bundle_export
from offline_cache.bundle_export import Exported, ExportFailed
from offline_cache.items import OutboxState
from offline_cache.outbox_listing import waiting_ids
from tests.approval_backend.pages import EXAMPLE
from tests.transfer.conftest import Kiosk, OfficeSide, carry_back
from wire.messages import Problem
from wire.transfer import MANIFEST_FILE, Manifest, read_manifest

Export = Callable[..., Exported]
NAMES = [f"锦江新区{name}书屋" for name in ("一诺", "二泉", "三味", "四海", "五湖")]


def received(kiosk: Kiosk, office: OfficeSide) -> list[str]:
    return [kiosk.receive(office.catalogue.version, name).sealed.id for name in NAMES]


def test_what_waits_arrives_in_order_and_is_then_accepted_here(
    kiosk: Kiosk, office: OfficeSide, export: Export
) -> None:
    ids = received(kiosk, office)
    made = export()
    assert (made.items, made.parts > 1) == (len(ids), True)
    assert waiting_ids(kiosk.store) == tuple(ids), "carrying is not arriving: here they stay until the receipt is back"
    receipt = office.take(made.folder)
    assert [ack.id for ack in receipt.acknowledgements] == ids
    assert office.rows() == ids
    assert office.materials() == len(ids)
    done = carry_back(kiosk, office, made.folder)
    assert (done.accepted, done.known, done.refused, done.foreign) == (len(ids), 0, 0, ())
    assert waiting_ids(kiosk.store) == ()
    assert kiosk.outbox.get(ids[0]).ack == receipt.acknowledgements[0]


def test_imported_twice_it_is_there_once_with_the_same_acknowledgements(
    kiosk: Kiosk, office: OfficeSide, export: Export
) -> None:
    ids = received(kiosk, office)
    bundle = export().folder
    first, again = office.take(bundle), office.take(bundle)
    assert again.acknowledgements == first.acknowledgements
    assert office.rows() == ids
    assert carry_back(kiosk, office, bundle).accepted == len(ids)
    assert carry_back(kiosk, office, bundle).known == len(ids)


def test_what_went_over_the_network_meanwhile_is_not_done_twice(
    kiosk: Kiosk, office: OfficeSide, export: Export
) -> None:
    ids = received(kiosk, office)
    bundle = export().folder
    over_network = kiosk.outbox.get(ids[0]).envelope
    assert over_network is not None
    for material in kiosk.outbox.unsent_materials(ids[0]):
        keep_material(office.store, material.sha256, material.media_type, material.data, kiosk.device_id)
    ack = office.intake(over_network)
    kiosk.outbox.accept(ids[0], ack)
    receipt = office.take(bundle)
    assert receipt.acknowledgements[0] == ack
    assert sorted(office.rows()) == sorted(ids)
    done = carry_back(kiosk, office, bundle)
    assert (done.accepted, done.known) == (len(ids) - 1, 1)


def test_a_refused_item_becomes_a_dead_letter_and_the_others_pass(
    kiosk: Kiosk, office: OfficeSide, export: Export
) -> None:
    good = kiosk.receive(office.catalogue.version, NAMES[0]).sealed.id
    bad = kiosk.receive(office.catalogue.version, "").sealed.id  # a name that the form does not allow
    bundle = export().folder
    receipt = office.take(bundle)
    assert [refusal.id for refusal in receipt.refusals] == [bad]
    done = carry_back(kiosk, office, bundle)
    assert (done.accepted, done.refused) == (1, 1)
    assert kiosk.outbox.get(good).state is OutboxState.ACCEPTED
    item = kiosk.outbox.get(bad)
    assert item.state is OutboxState.REJECTED
    assert item.envelope is not None, "a dead letter is kept whole"


def test_a_dead_letter_that_was_put_back_goes_with_the_next_bundle(
    kiosk: Kiosk, office: OfficeSide, export: Export, stick: Path
) -> None:
    envelope_id = received(kiosk, office)[0]
    kiosk.outbox.reject(envelope_id, Problem(title="no", status=422))
    assert envelope_id not in [each for part in manifest(export().folder).parts for each in part.ids]
    kiosk.outbox.put_back(envelope_id)
    other = stick / "second"
    other.mkdir()
    assert envelope_id in [each for part in manifest(export(directory=other).folder).parts for each in part.ids]


def test_nothing_of_a_person_can_be_read_on_the_stick(kiosk: Kiosk, office: OfficeSide, export: Export) -> None:
    received(kiosk, office)
    bundle = export().folder
    office.take(bundle)
    applicant = EXAMPLE["applicant"]
    words = [applicant["name"], applicant["id_number"], "书屋", "13800000001"]
    found = {
        (path.name, word)
        for path in bundle.iterdir()
        for word in words
        for coding in ("utf-8", "utf-16-le", "gb18030")
        if word.encode(coding) in path.read_bytes()
    }
    assert found == set()
    assert all(applicant["name"] not in path.name for path in bundle.rglob("*"))


@pytest.mark.parametrize("broken_at", [1, 2, 3, 4, 5, 6, 7])
def test_an_export_that_was_broken_off_goes_on_and_arrives_once(
    kiosk: Kiosk, office: OfficeSide, export: Export, stick: Path, monkeypatch: pytest.MonkeyPatch, broken_at: int
) -> None:
    """At each file that it writes: README, the manifest, a part, the manifest …"""
    ids = received(kiosk, office)
    really, count = bundle_export._write_durably, 0

    def pulled(path: Path, content: bytes) -> None:
        nonlocal count
        count += 1
        if count == broken_at:
            path.with_name(path.name + ".tmp").write_bytes(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        really(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(bundle_export, "_write_durably", pulled)
        with pytest.raises(ExportFailed, match="is full"):
            export()
    assert waiting_ids(kiosk.store) == tuple(ids)
    made = export()
    assert made.items == len(ids)
    assert [ack.id for ack in office.take(made.folder).acknowledgements] == ids


def test_a_part_damaged_since_is_written_again_when_the_export_goes_on(
    kiosk: Kiosk, office: OfficeSide, export: Export, monkeypatch: pytest.MonkeyPatch, stick: Path
) -> None:
    ids = received(kiosk, office)
    really, count = bundle_export._write_durably, 0

    def pulled(path: Path, content: bytes) -> None:
        nonlocal count
        count += 1
        if count == 6:
            raise OSError(errno.EIO, "Input/output error")
        really(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(bundle_export, "_write_durably", pulled)
        with pytest.raises(ExportFailed, match="Input/output error"):
            export()
    (part,) = stick.glob("*/part-0001.kbx")
    part.write_bytes(part.read_bytes()[:-1] + b"\0")
    assert [ack.id for ack in office.take(export().folder).acknowledgements] == ids


def test_nothing_to_carry_is_said(export: Export) -> None:
    with pytest.raises(ValueError, match="nothing waits"):
        export()


def manifest(folder: Path) -> Manifest:
    return read_manifest((folder / MANIFEST_FILE).read_bytes()).manifest
