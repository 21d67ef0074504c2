"""The store's key in a real TPM 2.0, in software: swtpm."""

from __future__ import annotations

import json
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offline_cache import tpm_key
from offline_cache.keys import KeyUnusable
from offline_cache.tpm_key import (
    NoTpm,
    OtherTpm,
    PcrChanged,
    SealedKeyDamaged,
    TpmKey,
    TpmLockedOut,
    TpmOwned,
)
from tests.offline_cache.swtpm import software_tpm

pytestmark = pytest.mark.skipif(not shutil.which("swtpm"), reason="swtpm is not installed: ./kiosk test installs it")

KEY = bytes(range(100, 132))
DEBUG_PCR = 16  # the one that software may extend and reset (PC Client profile): it changes here as 0 to 7 do at boot


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short name: a socket's path may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="tpm") as folder:
        yield Path(folder)


@pytest.fixture
def tcti(short: Path) -> Iterator[str]:
    with software_tpm(short / "one") as tcti:
        yield tcti


def test_the_key_comes_back_at_every_start_and_is_not_in_the_file(tcti: str, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "store.tpm"
    TpmKey(path, tcti).keep(KEY)
    assert TpmKey(path, tcti).read() == KEY
    assert TpmKey(path, tcti).key() == KEY
    content = path.read_bytes()
    assert KEY not in content
    assert KEY.hex().encode() not in content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_is_made_at_first_use_and_never_replaced(tcti: str, tmp_path: Path) -> None:
    source = TpmKey(tmp_path / "store.tpm", tcti)
    key = source.key()
    assert len(key) == 32
    assert source.key() == key
    with pytest.raises(FileExistsError):
        source.keep(KEY)
    assert source.read() == key


def test_the_key_survives_a_reboot_of_the_tpm(short: Path, tmp_path: Path) -> None:
    for boot in range(2):
        with software_tpm(short / "one") as tcti:
            source = TpmKey(tmp_path / "store.tpm", tcti)
            if boot == 0:
                source.keep(KEY)
            assert source.read() == KEY


def test_many_uses_leave_nothing_loaded_in_the_tpm(tcti: str, tmp_path: Path) -> None:
    source = TpmKey(tmp_path / "store.tpm", tcti)
    source.keep(KEY)
    for _ in range(10):  # there is room for three
        assert source.read() == KEY


def test_a_file_carried_to_another_tpm_does_not_open(tcti: str, short: Path, tmp_path: Path) -> None:
    path = tmp_path / "store.tpm"
    TpmKey(path, tcti).keep(KEY)
    with software_tpm(short / "two") as other, pytest.raises(OtherTpm, match="backup"):
        TpmKey(path, other).read()
    assert TpmKey(path, tcti).read() == KEY


def test_even_a_file_that_claims_to_be_of_the_other_tpm_does_not_open(tcti: str, short: Path, tmp_path: Path) -> None:
    path, theirs = tmp_path / "store.tpm", tmp_path / "theirs.tpm"
    TpmKey(path, tcti).keep(KEY)
    with software_tpm(short / "two") as other:
        TpmKey(theirs, other).keep(bytes(32))
        forged = json.loads(path.read_text()) | {"primary": json.loads(theirs.read_text())["primary"]}
        path.write_text(json.dumps(forged))
        with pytest.raises(SealedKeyDamaged):  # the TPM itself refuses it, whatever the file says
            TpmKey(path, other).read()


def test_a_cleared_tpm_is_another_tpm(tcti: str, tmp_path: Path) -> None:
    path = tmp_path / "store.tpm"
    TpmKey(path, tcti).keep(KEY)
    with _tpm(tcti) as (tpm, constants):
        tpm.clear(constants.ESYS_TR.PLATFORM)
    with pytest.raises(OtherTpm):
        TpmKey(path, tcti).read()


def test_no_tpm_is_named_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(NoTpm, match="firmware"):
        TpmKey(tmp_path / "store.tpm", f"swtpm:path={tmp_path / 'nobody'}").keep(KEY)
    with pytest.raises(NoTpm):
        TpmKey(tmp_path / "store.tpm", "nonsense:x").key()


def test_a_changed_pcr_refuses_the_key_that_was_bound_to_it(tcti: str, tmp_path: Path) -> None:
    bound, free = TpmKey(tmp_path / "bound.tpm", tcti, (7, DEBUG_PCR)), TpmKey(tmp_path / "free.tpm", tcti)
    bound.keep(KEY)
    free.keep(KEY)
    assert bound.read() == KEY
    with _tpm(tcti) as (tpm, constants):
        tpm.pcr_event(constants.ESYS_TR.PCR16, b"another boot loader")
    with pytest.raises(PcrChanged, match="rekey before"):
        bound.read()
    assert free.read() == KEY


def test_a_lockout_by_others_does_not_shut_the_kiosk(tcti: str, tmp_path: Path) -> None:
    path = tmp_path / "store.tpm"
    TpmKey(path, tcti).keep(KEY)
    _lock_out(tcti)
    assert TpmKey(path, tcti).read() == KEY


def test_a_key_that_is_subject_to_lockout_is_refused_by_name(
    tcti: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.tpm"
    monkeypatch.setattr(tpm_key, "_lockout_free", lambda: 0)  # as another tool might have sealed it
    TpmKey(path, tcti).keep(KEY)
    _lock_out(tcti)
    with pytest.raises(TpmLockedOut, match="locked"):
        TpmKey(path, tcti).read()


def test_an_owner_password_is_named(tcti: str, tmp_path: Path) -> None:
    path = tmp_path / "store.tpm"
    TpmKey(path, tcti).keep(KEY)
    with _tpm(tcti) as (tpm, constants):
        tpm.hierarchy_change_auth(constants.ESYS_TR.OWNER, b"somebody")
    with pytest.raises(TpmOwned, match="owner password"):
        TpmKey(path, tcti).read()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"format": 2}', b'{"format": 1, "pcrs": 3}'])
def test_garbage_in_the_file_is_named_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.tpm"
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(SealedKeyDamaged):
        TpmKey(path, "swtpm:path=/nobody").read()
    assert path.read_bytes() == content


def test_any_flipped_byte_of_the_sealed_parts_is_refused(tcti: str, tmp_path: Path) -> None:
    from base64 import b64decode, b64encode

    path = tmp_path / "store.tpm"
    TpmKey(path, tcti).keep(KEY)
    whole = json.loads(path.read_text())
    for part in ("private", "public"):
        blob = b64decode(whole[part])
        for place in range(0, len(blob), 7):
            flipped = bytes([*blob[:place], blob[place] ^ 1, *blob[place + 1 :]])
            path.write_text(json.dumps(whole | {part: b64encode(flipped).decode()}))
            with pytest.raises(KeyUnusable):
                TpmKey(path, tcti).read()
    path.write_text(json.dumps(whole))
    assert TpmKey(path, tcti).read() == KEY


class _tpm:
    """The TPM itself, for what a firmware or another program does to it."""

    def __init__(self, tcti: str) -> None:
        from tpm2_pytss import ESAPI

        self._tpm = ESAPI(tcti)

    def __enter__(self) -> tuple[Any, Any]:
        from tpm2_pytss import constants

        return self._tpm, constants

    def __exit__(self, *_: object) -> None:
        self._tpm.close()


def _lock_out(tcti: str) -> None:
    """Guess a password until the TPM has enough of it."""
    from tpm2_pytss import TSS2_Exception
    from tpm2_pytss.types import TPM2B_PUBLIC, TPM2B_SENSITIVE_CREATE, TPMS_SENSITIVE_CREATE, TPMT_PUBLIC

    with _tpm(tcti) as (tpm, constants):
        tpm.dictionary_attack_parameters(3, 1000, 1000)
        primary, *_ = tpm.create_primary(None, "ecc:aes128cfb")
        secret = TPM2B_SENSITIVE_CREATE(TPMS_SENSITIVE_CREATE(userAuth=b"right", data=b"x"))
        attributes = (
            constants.TPMA_OBJECT.FIXEDTPM | constants.TPMA_OBJECT.FIXEDPARENT | constants.TPMA_OBJECT.USERWITHAUTH
        )
        template = TPM2B_PUBLIC(publicArea=TPMT_PUBLIC.parse("keyedhash", objectAttributes=attributes))
        private, public, *_ = tpm.create(primary, secret, template)
        guarded = tpm.load(primary, private, public)
        tpm.tr_set_auth(guarded, b"wrong")
        for _ in range(4):
            with pytest.raises(TSS2_Exception):
                tpm.unseal(guarded)
        tpm.flush_context(guarded)
        tpm.flush_context(primary)
