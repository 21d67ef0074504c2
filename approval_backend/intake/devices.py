"""Which kiosks may talk to the office."""

from __future__ import annotations

from sqlalchemy.orm import Session

from approval_backend.intake.refusal import Refusal
from approval_backend.store.engine import Store, utc_now
from approval_backend.store.tables import Device
from wire.signing import VerifyKey


class AlreadyEnrolled(ValueError):
    """The name belongs to another key."""


def enrol(store: Store, device_id: str, public_key_pem: str, *, replace: bool = False) -> None:
    """Lets a device in; again with the same key changes nothing. Raises ValueError for a bad key, AlreadyEnrolled."""
    pem = VerifyKey.from_pem(public_key_pem).pem()
    with store.write() as session:
        device = session.get(Device, device_id)
        if device is None:
            session.add(Device(id=device_id, public_key_pem=pem, enrolled_at=utc_now()))
            return
        if device.public_key_pem != pem and not replace:
            raise AlreadyEnrolled(f"{device_id} is enrolled with another key; use --replace if that key is gone")
        device.public_key_pem, device.revoked_at = pem, None


def key_of(session: Session, device_id: str) -> VerifyKey:
    """The device's key. Raises Refusal 401 for a device that is unknown or revoked."""
    device = session.get(Device, device_id)
    if device is None or device.revoked_at is not None:
        raise Refusal(401, "device-unknown", "This device is not enrolled", "Enrol it at the office, then send again.")
    return VerifyKey.from_pem(device.public_key_pem)
