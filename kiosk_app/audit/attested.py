"""The signatures in and beside an audit log: whose they are, and whether they hold."""

from __future__ import annotations

from pydantic import ValidationError

from kiosk_app.audit.entries import Entry
from wire.audit import CheckpointClaim, CountersignedCheckpoint, SeenCheckpoint, verify_device, verify_office
from wire.signing import BadSignature, VerifyKey


def claim_of(kiosk: str, entry: Entry) -> CheckpointClaim:
    """The claim that a ``checkpoint`` line repeats. Raises ValidationError, KeyError."""
    facts = entry.facts
    return CheckpointClaim(
        device_id=kiosk,
        log_id=entry.log,
        seq=facts["covers"],
        entry_hash=facts["covers_hash"],
        previous_seq=facts["previous_covers"],
        previous_hash=facts["previous_hash"],
        at=facts["signed_at"],
    )


class Attestations:
    """Checks with the keys that are given; says what is wrong ("" for nothing) and whether a key was there to check."""

    def __init__(self, device_key: VerifyKey | None, office_key: VerifyKey | None) -> None:
        self._device_key = device_key
        self._office_key = office_key
        self._claims: dict[int, CheckpointClaim] = {}

    def checkpoint(self, kiosk: str, entry: Entry) -> tuple[str, bool]:
        """A checkpoint line: the kiosk's signature over its claim."""
        try:
            claim = claim_of(kiosk, entry)
            if self._device_key is not None:
                verify_device(claim, str(entry.facts["signature"]), self._device_key)
        except (ValidationError, KeyError):
            return "the checkpoint cannot be read", False
        except BadSignature:
            return "the checkpoint was not signed by this kiosk's key", True
        self._claims[claim.seq] = claim
        return "", self._device_key is not None

    def countersigned(self, entry: Entry) -> tuple[str, bool]:
        """A countersignature line: the office's signature over the claim that stands earlier in the log."""
        claim = self._claims.get(entry.facts.get("covers", 0))
        if claim is None:
            return f"no checkpoint of event {entry.facts.get('covers')} stands before its countersignature", False
        try:
            seen = SeenCheckpoint(claim=claim, received_at=entry.facts["received_at"])
            if self._office_key is not None:
                verify_office(seen, str(entry.facts["office_signature"]), self._office_key)
        except (ValidationError, KeyError):
            return "the countersignature cannot be read", False
        except BadSignature:
            return f"the countersignature of event {claim.seq} is not the office's", True
        return "", self._office_key is not None

    def proof(self, proof: CountersignedCheckpoint) -> str:
        """A checkpoint that the office handed out itself."""
        try:
            if self._office_key is not None:
                verify_office(proof.seen, proof.office_signature, self._office_key)
            if self._device_key is not None:
                verify_device(proof.seen.claim, proof.device_signature, self._device_key)
        except BadSignature:
            return "its signatures do not hold: not made by this office for this kiosk"
        return ""
