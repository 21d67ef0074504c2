"""announcements.toml: signed, numbered, and a mistake in it never silences the halls."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from approval_backend.__main__ import main
from approval_backend.catalogue.announcements import Publisher, read_announcements
from approval_backend.catalogue.load import CatalogueError
from approval_backend.catalogue.numbering import serial_of
from approval_backend.office import open_store
from approval_backend.store.engine import Store
from tests.approval_backend.office_process import Kiosk
from wire.announcements import SignedAnnouncements
from wire.canonical import canonical_bytes
from wire.messages import SignedCatalogue
from wire.signing import SigningKey, VerifyKey

ONE = """[[announcement]]
id = "works"
text = { zh = "施工", en = "Works" }
severity = "urgent"
shown_from = 2026-11-20T00:00:00+08:00
until = 2026-11-25T00:00:00+08:00
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "office")


def written(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    stamp = (path.stat().st_mtime_ns if path.exists() else 0) + 1_000_000_000
    os.utime(fresh, ns=(stamp, stamp))
    fresh.replace(path)


def test_a_change_is_signed_with_a_higher_number_and_no_change_keeps_it(store: Store, tmp_path: Path) -> None:
    key, file = SigningKey.generate(), tmp_path / "announcements.toml"
    publisher = Publisher(store, key, file)
    none = publisher.current()
    assert none.bundle.announcements == ()
    written(file, ONE)
    one = publisher.current()
    key.public().verify(canonical_bytes(one.bundle), one.signature)
    assert one.bundle.serial > none.bundle.serial
    written(file, "# a remark\n" + ONE)
    assert publisher.current().bundle == one.bundle
    file.unlink()
    assert publisher.current().bundle.serial > one.bundle.serial


def test_a_file_with_a_mistake_leaves_the_last_good_one_in_force(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "announcements.toml"
    written(file, ONE)
    publisher = Publisher(store, SigningKey.generate(), file)
    good = publisher.current()
    written(file, ONE.replace("until = 2026-11-25", "until = 2025-11-25"))
    assert publisher.current() == good


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (ONE.replace("until = 2026", "until = 2025"), "announcement.0"),
        (ONE.replace("until = 2026-11-25T00:00:00+08:00", "until = 2026-11-25T00:00:00"), "announcement.0.until"),
        (ONE.replace('severity = "urgent"', 'severity = "loud"'), "announcement.0.severity"),
        (ONE.replace(', en = "Works"', ""), "announcement.0.text.en"),
        (ONE + ONE, "announcement.works"),
        (ONE.replace("until", "untill"), "announcement.0.until"),
        ("[[announcement", "(whole file)"),
    ],
)
def test_every_mistake_is_named_by_key(tmp_path: Path, text: str, key: str) -> None:
    file = tmp_path / "announcements.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"announcements\.toml") as caught:
        read_announcements(file)
    assert key in str(caught.value)
    assert main(["announcements", "check", str(file)]) == 1


def test_numbers_go_on_upwards_after_a_restore_of_the_office(tmp_path: Path) -> None:
    one = open_store(tmp_path / "one")
    before = [serial_of(one, "catalogue", version) for version in ("a", "b", "c", "c", "a")]
    assert before == sorted(before) and len(set(before)) == 4, "the same version keeps its number, each change counts"
    empty = open_store(tmp_path / "restored")
    assert serial_of(empty, "catalogue", "d") >= before[0], "time itself is the floor"


def test_kiosks_are_served_a_numbered_catalogue_and_signed_announcements(kiosk: Kiosk) -> None:
    key = VerifyKey.from_pem(kiosk.get("/v1/office-key").text)
    catalogue = SignedCatalogue.model_validate_json(kiosk.get("/v1/catalogue").content)
    assert catalogue.bundle.serial > 0
    key.verify(canonical_bytes(catalogue.bundle), catalogue.signature)
    answer = kiosk.get("/v1/announcements")
    signed = SignedAnnouncements.model_validate_json(answer.content)
    key.verify(canonical_bytes(signed.bundle), signed.signature)
    again = kiosk._http.get(
        kiosk.office.address + "/v1/announcements", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304
