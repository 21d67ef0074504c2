from __future__ import annotations

import stat
from pathlib import Path

import pytest

from provisioning.enrol import EnrolmentError, enrol, office_key, trust_office
from wire.signing import SigningKey, VerifyKey


def test_a_device_keeps_its_id_and_key(tmp_path: Path) -> None:
    first, second = enrol(tmp_path), enrol(tmp_path)
    assert first.device_id == second.device_id
    assert first.device_id.startswith("kiosk-")
    VerifyKey.from_pem(first.public_file.read_text()).verify(b"x", second.key.sign(b"x"))


def test_the_private_key_is_its_owners_only_and_not_in_the_public_file(tmp_path: Path) -> None:
    device = enrol(tmp_path)
    assert stat.S_IMODE((tmp_path / "device.key.pem").stat().st_mode) == 0o600
    assert "PRIVATE" not in device.public_file.read_text()


def test_two_devices_never_share_an_id(tmp_path: Path) -> None:
    assert enrol(tmp_path / "a").device_id != enrol(tmp_path / "b").device_id


def test_an_enrolled_device_is_not_renamed(tmp_path: Path) -> None:
    assert enrol(tmp_path, "kiosk-01").device_id == "kiosk-01"
    assert enrol(tmp_path).device_id == "kiosk-01"
    with pytest.raises(EnrolmentError, match="kiosk-01"):
        enrol(tmp_path, "kiosk-02")


def test_a_damaged_key_is_named_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "device.key.pem").write_text("rubbish")
    with pytest.raises(EnrolmentError, match=r"device\.key\.pem"):
        enrol(tmp_path)
    assert (tmp_path / "device.key.pem").read_text() == "rubbish"


def test_the_office_is_pinned_once(tmp_path: Path) -> None:
    with pytest.raises(EnrolmentError, match="missing"):
        office_key(tmp_path)
    office = SigningKey.generate()
    trust_office(tmp_path, office.public().pem())
    office_key(tmp_path).verify(b"x", office.sign(b"x"))
    trust_office(tmp_path, office.public().pem())
    with pytest.raises(EnrolmentError, match="another office"):
        trust_office(tmp_path, SigningKey.generate().public().pem())


def test_a_damaged_trust_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "trust.pem").write_text("rubbish")
    with pytest.raises(EnrolmentError, match=r"trust\.pem"):
        office_key(tmp_path)
