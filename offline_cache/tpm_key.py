"""The store's key sealed by a TPM 2.0: the disk carried away, or put into another machine, opens nothing.

Source: TCG TPM 2.0 Library, Part 1 (architecture) chapters 23 (protected storage), 19 (sessions) and 17 (PCR).
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from offline_cache.keys import KEY_BYTES, KeyUnusable, made_once, read_private, write_once

os.environ.setdefault("TSS2_LOG", "all+NONE")  # the library's lines go to stderr; our errors say it better

DEFAULT_TCTI = "device:/dev/tpmrm0"  # the kernel's resource manager: a killed process leaves nothing behind in the TPM
FORMAT = 1
_PCR_BANK = "sha256"


class TpmUnusable(KeyUnusable):
    """The TPM did not give the key; the message says why and what to do."""


class NoTpm(TpmUnusable):
    """Nobody answers where the TPM should be."""


class OtherTpm(TpmUnusable):
    """The key was sealed by another TPM, or this one was cleared since."""


class PcrChanged(TpmUnusable):
    """Firmware or boot loader are not those that the key was sealed to."""


class TpmLockedOut(TpmUnusable):
    """The TPM refuses for a time, after too many wrong passwords."""


class TpmOwned(TpmUnusable):
    """The owner hierarchy has a password that this kiosk does not know."""


class SealedKeyDamaged(TpmUnusable):
    """The file is not what this TPM made."""


class TpmKey:
    """A key sealed under a primary key of the owner hierarchy; the file beside the data is useless elsewhere.

    ``tcti`` says where the TPM is: "device:/dev/tpmrm0", "swtpm:path=/run/tpm.sock". ``pcrs`` binds the key to those
    registers of the SHA-256 bank as they are when it is sealed. None by default: a firmware update would shut a hall
    that nobody is there to open, and the disk alone is useless either way. Who binds must rekey before each update.
    """

    def __init__(self, path: Path, tcti: str = DEFAULT_TCTI, pcrs: tuple[int, ...] = ()) -> None:
        self._path = path
        self._tcti = tcti
        self._pcrs = pcrs

    @property
    def path(self) -> Path:
        return self._path

    def key(self) -> bytes:
        return made_once(self)

    def keep(self, key: bytes) -> None:
        """Seal and write. Raises FileExistsError, TpmUnusable, OSError."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"a store key is {KEY_BYTES} bytes")
        with self._primary() as (tpm, primary, name):
            private, public = _seal(tpm, primary, key, self._pcrs)
        sealed = {
            "format": FORMAT,
            "primary": name,
            "pcrs": list(self._pcrs),
            "public": b64encode(public).decode(),
            "private": b64encode(private).decode(),
        }
        write_once(self._path, json.dumps(sealed, indent=1).encode() + b"\n")

    def read(self) -> bytes:
        """Raises TpmUnusable by the reason, KeyUnusable when the file cannot be read."""
        sealed_by, pcrs, private, public = self._parsed()
        with self._primary() as (tpm, primary, name):
            if name != sealed_by:
                raise OtherTpm(
                    f"{self._path}: sealed by another TPM, or this one was cleared; put the disk back into its machine,"
                    " or restore a backup with its recovery key"
                )
            return _unseal(tpm, primary, private, public, pcrs)

    def _parsed(self) -> tuple[str, tuple[int, ...], bytes, bytes]:
        content = read_private(self._path)
        try:
            sealed = json.loads(content)
            if sealed["format"] != FORMAT:
                raise SealedKeyDamaged(
                    f"{self._path}: format {sealed['format']!r}; a newer kiosk wrote it, install that"
                )
            pcrs = tuple(int(number) for number in sealed["pcrs"])
            private, public = (b64decode(sealed[part], validate=True) for part in ("private", "public"))
            return str(sealed["primary"]), pcrs, private, public
        except (ValueError, KeyError, TypeError) as error:
            raise SealedKeyDamaged(
                f"{self._path}: damaged; restore this file, or a backup with its recovery key"
            ) from error

    @contextmanager
    def _primary(self) -> Iterator[tuple[Any, Any, str]]:
        """The TPM, its primary storage key, and that key's name, the same until somebody clears the TPM."""
        from tpm2_pytss import ESAPI, TSS2_Exception

        try:
            tpm = ESAPI(self._tcti)
        except (TSS2_Exception, RuntimeError) as error:
            raise NoTpm(
                f"{self._tcti}: no TPM answers ({error}); switch it on in the firmware, check the right to /dev/tpmrm0"
            ) from error
        try:
            with _flushed(tpm) as loaded:
                handle, public, *_ = tpm.create_primary(None, _primary_template())
                loaded.append(handle)
                yield tpm, handle, bytes(public.get_name()).hex()
        except TSS2_Exception as error:
            raise _named(error, self._path) from error
        finally:
            tpm.close()


def _seal(tpm: Any, primary: Any, key: bytes, pcrs: tuple[int, ...]) -> tuple[bytes, bytes]:
    from tpm2_pytss.constants import TPMA_OBJECT, TPMA_SESSION
    from tpm2_pytss.types import (
        TPM2B_PUBLIC,
        TPM2B_SENSITIVE_CREATE,
        TPM2B_SENSITIVE_DATA,
        TPMS_SENSITIVE_CREATE,
        TPMT_PUBLIC,
    )

    attributes = TPMA_OBJECT.FIXEDTPM | TPMA_OBJECT.FIXEDPARENT | _lockout_free()
    if not pcrs:
        attributes |= TPMA_OBJECT.USERWITHAUTH  # with PCRs the policy is the only way in
    template = TPMT_PUBLIC.parse("keyedhash", objectAttributes=attributes)
    with _flushed(tpm) as loaded:
        if pcrs:
            template.authPolicy = _pcr_policy(tpm, pcrs)
        loaded.append(session := _session(tpm, primary))
        tpm.trsess_set_attributes(session, TPMA_SESSION.DECRYPT | TPMA_SESSION.CONTINUESESSION)
        secret = TPM2B_SENSITIVE_CREATE(TPMS_SENSITIVE_CREATE(data=TPM2B_SENSITIVE_DATA(key)))
        private, public, *_ = tpm.create(primary, secret, TPM2B_PUBLIC(publicArea=template), session1=session)
        return private.marshal(), public.marshal()


def _unseal(tpm: Any, primary: Any, private: bytes, public: bytes, pcrs: tuple[int, ...]) -> bytes:
    from tpm2_pytss.constants import TPMA_SESSION
    from tpm2_pytss.types import TPM2B_PRIVATE, TPM2B_PUBLIC

    with _flushed(tpm) as loaded:
        parts = TPM2B_PRIVATE.unmarshal(private)[0], TPM2B_PUBLIC.unmarshal(public)[0]
        loaded.append(sealed := tpm.load(primary, *parts))
        loaded.append(session := _session(tpm, primary, policy=bool(pcrs)))
        if pcrs:
            tpm.policy_pcr(session, None, _selection(pcrs))
        # The answer crosses the board's bus encrypted: whoever clips onto it reads nothing.
        tpm.trsess_set_attributes(session, TPMA_SESSION.ENCRYPT | TPMA_SESSION.CONTINUESESSION)
        return bytes(tpm.unseal(sealed, session1=session))


def _primary_template() -> Any:
    """A P-256 storage key: the TPM derives the same one from its seed each time, so it needs no file."""
    from tpm2_pytss.constants import TPMA_OBJECT
    from tpm2_pytss.types import TPM2B_PUBLIC, TPMT_PUBLIC

    attributes = (
        TPMA_OBJECT.RESTRICTED
        | TPMA_OBJECT.DECRYPT
        | TPMA_OBJECT.FIXEDTPM
        | TPMA_OBJECT.FIXEDPARENT
        | TPMA_OBJECT.SENSITIVEDATAORIGIN
        | TPMA_OBJECT.USERWITHAUTH
        | TPMA_OBJECT.NODA
    )
    return TPM2B_PUBLIC(publicArea=TPMT_PUBLIC.parse("ecc:aes128cfb", objectAttributes=attributes))


def _lockout_free() -> Any:
    """The key has no password that could be guessed, so somebody else's wrong guesses must not shut the kiosk."""
    from tpm2_pytss.constants import TPMA_OBJECT

    return TPMA_OBJECT.NODA


def _session(tpm: Any, primary: Any, *, policy: bool = False) -> Any:
    from tpm2_pytss.constants import ESYS_TR, TPM2_ALG, TPM2_SE
    from tpm2_pytss.types import TPMT_SYM_DEF, TPMU_SYM_KEY_BITS, TPMU_SYM_MODE

    cipher = TPMT_SYM_DEF(
        algorithm=TPM2_ALG.AES, keyBits=TPMU_SYM_KEY_BITS(aes=128), mode=TPMU_SYM_MODE(aes=TPM2_ALG.CFB)
    )
    kind = TPM2_SE.POLICY if policy else TPM2_SE.HMAC
    return tpm.start_auth_session(primary, ESYS_TR.NONE, kind, cipher, TPM2_ALG.SHA256)  # salted with the primary key


def _pcr_policy(tpm: Any, pcrs: tuple[int, ...]) -> Any:
    from tpm2_pytss.constants import ESYS_TR, TPM2_ALG, TPM2_SE
    from tpm2_pytss.types import TPMT_SYM_DEF

    with _flushed(tpm) as loaded:
        none = TPMT_SYM_DEF(algorithm=TPM2_ALG.NULL)
        trial = tpm.start_auth_session(ESYS_TR.NONE, ESYS_TR.NONE, TPM2_SE.TRIAL, none, TPM2_ALG.SHA256)
        loaded.append(trial)
        tpm.policy_pcr(trial, None, _selection(pcrs))
        return tpm.policy_get_digest(trial)


def _selection(pcrs: tuple[int, ...]) -> str:
    return f"{_PCR_BANK}:{','.join(map(str, pcrs))}"


@contextmanager
def _flushed(tpm: Any) -> Iterator[list[Any]]:
    """Handles that leave the TPM with the block: it has room for three."""
    loaded: list[Any] = []
    try:
        yield loaded
    finally:
        for handle in reversed(loaded):
            tpm.flush_context(handle)


def _named(error: Any, path: Path) -> TpmUnusable:
    """TPM 2.0 Part 2, 6.6: the response code without its session, handle and parameter number."""
    from tpm2_pytss.constants import TPM2_RC

    match int(error.error):
        case TPM2_RC.POLICY_FAIL | TPM2_RC.PCR_CHANGED:
            return PcrChanged(
                f"{path}: firmware or boot loader changed since the key was sealed; boot the old ones and rekey before"
                " the update, or restore a backup with its recovery key"
            )
        case TPM2_RC.LOCKOUT:
            return TpmLockedOut(
                f"{path}: the TPM is locked after wrong passwords; leave it switched on for some hours, or reset the"
                " lockout (tpm2_dictionarylockout -c)"
            )
        case TPM2_RC.BAD_AUTH | TPM2_RC.AUTH_FAIL:
            return TpmOwned(
                f"{path}: the TPM's owner password is set; clear it (tpm2_changeauth -c owner) for this kiosk's user"
            )
        case TPM2_RC.INTEGRITY | TPM2_RC.SIZE | TPM2_RC.BINDING:
            return SealedKeyDamaged(f"{path}: damaged; restore this file, or a backup with its recovery key")
    return TpmUnusable(f"{path}: the TPM refuses: {error}; switch the machine off and on, then restore a backup")
