"""The command line: enrol, export-key, catalogue check, and one office a folder."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from approval_backend.__main__ import main
from approval_backend.catalogue.load import load_catalogue
from approval_backend.office import Office, OfficeBusy
from wire.signing import SigningKey, VerifyKey


def public_key_file(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text(SigningKey.generate().public().pem())
    return path


def test_enrolling_twice_is_the_same_and_another_key_needs_replace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, one, two = tmp_path / "data", public_key_file(tmp_path, "1.pem"), public_key_file(tmp_path, "2.pem")
    command = ["enrol", "--data", str(data), "--device", "kiosk-0001", "--public-key"]
    assert main([*command, str(one)]) == 0
    assert main([*command, str(one)]) == 0
    assert main([*command, str(two)]) == 1
    assert "--replace" in capsys.readouterr().err
    assert main([*command, str(two), "--replace"]) == 0


def test_a_file_that_is_no_key_is_named_without_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "k.pem").write_text("no key")
    command = ["enrol", "--data", str(tmp_path), "--device", "k", "--public-key", str(tmp_path / "k.pem")]
    assert main(command) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_the_exported_key_is_the_offices_and_its_file_is_private(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export-key", "--data", str(tmp_path)]) == 0
    key = VerifyKey.from_pem(capsys.readouterr().out)
    key.verify(b"x", SigningKey.load_or_create(tmp_path / "office_key.pem").sign(b"x"))
    assert stat.S_IMODE((tmp_path / "office_key.pem").stat().st_mode) == 0o600


def test_a_folder_is_served_by_one_process(tmp_path: Path) -> None:
    office = Office.open(tmp_path, "http://127.0.0.1")
    with pytest.raises(OfficeBusy, match="another process"):
        Office.open(tmp_path, "http://127.0.0.1")
    office.store.close()


def test_the_shipped_catalogue_is_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "check"]) == 0
    assert "in order" in capsys.readouterr().out
    assert load_catalogue().version
