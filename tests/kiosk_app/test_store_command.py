"""./kiosk store, as a technician types it: in a process of its own, with its exit code and its words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kiosk_app.__main__ import main
from kiosk_app.settings import load
from offline_cache.key_place import KeyPlace
from offline_cache.outbox import Outbox
from offline_cache.rekey import unlock
from offline_cache.store import Store
from tests.offline_cache.samples import CANARY, HOLDER, application
from tests.offline_cache.swtpm import software_tpm
from wire.messages import Problem

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = """
kiosk_id = "kiosk-test"
data = "data"
runtime = "runtime"
devices = {}
[office]
url = "http://127.0.0.1:9"
public_key = "office.pem"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(SETTINGS)
    (tmp_path / "disk").mkdir()
    return path


def _seal(config: Path) -> str:
    settings = load(config)
    store = Store.open(settings.data / "kiosk.db", unlock(settings.data, settings.key_place()))
    envelope, pages = application(b"page")
    Outbox(store).seal(envelope, pages)
    store.close()
    return envelope.sealed.id


def _holds(config: Path, envelope_id: str) -> bool:
    settings = load(config)
    store = Store.open(settings.data / "kiosk.db", unlock(settings.data, settings.key_place()))
    found = bool(store.rows("SELECT 1 FROM outbox WHERE id = ?", (envelope_id,)))
    store.close()
    return found


def _store(*arguments: str | Path) -> int:
    return main(["store", *map(str, arguments)])


def test_a_technicians_day(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    envelope_id = _seal(config)
    safe = tmp_path / "safe.txt"
    assert _store("check", "--config", config) == 0
    assert _store("backup", "--config", config, "--to", tmp_path / "disk", "--recovery-key-to", safe) == 0
    assert _store("rekey", "--config", config) == 0
    after = _seal(config)
    (made,) = (tmp_path / "disk").glob("2*")
    assert _store("restore", "--config", config, "--from", made) == 1
    assert "--replace" in capsys.readouterr().err
    assert _store("restore", "--config", config, "--from", made, "--replace") == 0
    said = capsys.readouterr().out
    assert "1 envelopes are sent again" in said
    assert _holds(config, envelope_id)
    assert not _holds(config, after)
    assert _store("check", "--config", config) == 0
    assert _store("restore", "--data", tmp_path / "fresh", "--from", made, "--recovery-key", safe) == 0
    output = capsys.readouterr()
    for canary in (CANARY, HOLDER):
        assert canary not in output.out + output.err


def test_what_was_done_stands_in_the_audit_log(config: Path, tmp_path: Path) -> None:
    _seal(config)
    assert _store("backup", "--config", config, "--to", tmp_path / "disk") == 0
    assert _store("rekey", "--config", config) == 0
    (made,) = (tmp_path / "disk").glob("2*")
    assert _store("restore", "--config", config, "--from", made, "--replace") == 0
    log = "".join(path.read_text() for path in sorted((tmp_path / "data" / "log" / "audit").iterdir()))
    for event in ("store-backup", "store-rekey", "store-restore"):
        assert f'"{event}-init"' in log
        assert f'"{event}-complete"' in log
    assert '"done"' in log


def test_a_running_kiosk_is_left_alone(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _seal(config)
    settings = load(config)
    store = Store.open(settings.data / "kiosk.db", unlock(settings.data, settings.key_place()))
    try:
        for arguments in (["check"], ["rekey"], ["backup", "--to", str(tmp_path / "disk")]):
            assert _store(arguments[0], "--config", config, *arguments[1:]) == 3
            assert "stop" in capsys.readouterr().err
    finally:
        store.close()


def test_check_says_what_is_wrong_and_what_to_do(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _seal(config)
    path = load(config).data / "kiosk.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:])
    assert _store("check", "--config", config) == 1
    said = capsys.readouterr().out
    assert "✗ kiosk.db" in said
    assert "restore a backup" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--data", "/nowhere/at/all"],
        ["check", "--config", "/nowhere/kiosk.toml"],
        ["backup", "--data", "/nowhere/at/all", "--to", "/nowhere/disk"],
        ["backup", "--data", "DATA", "--to", "/dev/full/backups"],
        ["backup", "--data", "DATA", "--to", "/proc/backups"],
        ["restore", "--data", "DATA", "--from", "/nowhere/backup", "--recovery-key", "/nowhere/key"],
        ["restore", "--data", "/proc/fresh", "--from", "/nowhere/backup"],
        ["rekey", "--data", "/nowhere/at/all"],
        ["rekey", "--data", "DATA", "--to", "tpm", "--tcti", "swtpm:path=/nowhere/tpm.sock"],
    ],
)
def test_every_fault_is_one_line_and_never_a_traceback(
    config: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    envelope_id = _seal(config)
    data = str(load(config).data)
    assert _store(*[data if argument == "DATA" else argument for argument in arguments]) == 1
    output = capsys.readouterr()
    assert len([line for line in (output.out + output.err).splitlines() if "[" not in line]) >= 1
    assert "Traceback" not in output.out + output.err
    assert _holds(config, envelope_id)


def _mount(folder: Path, megabytes: int) -> bool:
    return (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)], check=False, capture_output=True
        ).returncode
    )


def test_a_disk_that_is_really_full_loses_nothing(config: Path, tmp_path: Path) -> None:
    """A file system of 2 MB, filled to the last byte: each command fails by name, and works once there is room."""
    small = tmp_path / "small"
    small.mkdir()
    if not _mount(small, 2):
        pytest.skip("no right to mount a small file system here")
    try:
        config = small / "kiosk.toml"
        config.write_text(SETTINGS)
        envelope_id = _seal(config)
        with (small / "filling").open("wb", buffering=0) as filling:
            try:
                while filling.write(b"x" * 4096) == 4096:
                    pass
            except OSError:
                pass
        for arguments in (["rekey"], ["backup", "--to", str(small / "disk")]):
            done = subprocess.run(
                [sys.executable, "-m", "kiosk_app", "store", arguments[0], "--config", config, *arguments[1:]],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 1, (arguments, done.stdout, done.stderr)
            assert "Traceback" not in done.stderr
            assert "space" in done.stderr
        (small / "filling").unlink()
        assert _holds(config, envelope_id)
        assert _store("rekey", "--config", config) == 0
        assert _holds(config, envelope_id)
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.skipif(not shutil.which("swtpm"), reason="swtpm is not installed: ./kiosk test installs it")
def test_the_key_moves_into_the_tpm(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    envelope_id = _seal(config)
    with tempfile.TemporaryDirectory(prefix="tpm") as folder, software_tpm(Path(folder)) as tcti:
        config.write_text(f'tpm_tcti = "{tcti}"\n{SETTINGS}')
        assert _store("backup", "--config", config, "--to", tmp_path / "disk") == 0
        assert _store("rekey", "--config", config, "--to", "tpm") == 0
        assert 'store_key = "tpm"' in capsys.readouterr().out
        config.write_text(f'tpm_tcti = "{tcti}"\nstore_key = "tpm"\n{SETTINGS}')
        assert _holds(config, envelope_id)
        assert sorted(path.name for path in KeyPlace(tmp_path / "data" / "keys").folder.iterdir()) == [
            "backup.tpm",
            "store.tpm",
        ]
        (made,) = (tmp_path / "disk").glob("2*")
        assert _store("restore", "--config", config, "--from", made, "--replace") == 0
    assert _store("check", "--config", config) == 1  # the TPM is gone
    assert "no TPM answers" in capsys.readouterr().out


def _erase(config: Path, number: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk_app", "store", "erase", "--config", str(config)],
        input=number,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )


def test_somebody_who_asks_is_erased_unless_something_is_under_way(config: Path, tmp_path: Path) -> None:
    envelope_id = _seal(config)
    refused = _erase(config, HOLDER + "\n")
    assert (refused.returncode, "under way" in refused.stderr) == (1, True)
    settings = load(config)
    store = Store.open(settings.data / "kiosk.db", unlock(settings.data, settings.key_place()))
    outbox = Outbox(store)
    lease = outbox.lease_next(0.0)
    assert lease is not None
    outbox.reject(envelope_id, Problem(type="about:blank", title="no", status=422))
    outbox.close_dead_letter(envelope_id)
    store.close()
    done = _erase(config, HOLDER + "\n")
    assert done.returncode == 0, done.stderr
    assert "erased" in done.stdout
    again = _erase(config, HOLDER + "\n")
    assert "nothing of this person" in again.stdout
    assert HOLDER not in refused.stderr + done.stdout + done.stderr + again.stdout
    log = "".join(path.read_text() for path in (tmp_path / "data" / "log" / "audit").iterdir())
    assert "subjects-erased" in log
    assert HOLDER not in log


@pytest.mark.parametrize("number", ["", "\n", "51010719000101", "not a number", "1" * 10_000])
def test_what_is_no_id_number_erases_nobody_and_is_not_repeated(config: Path, number: str) -> None:
    _seal(config)
    refused = _erase(config, number)
    assert refused.returncode == 1
    assert "no ID number" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert number.strip() == "" or number.strip() not in refused.stderr
