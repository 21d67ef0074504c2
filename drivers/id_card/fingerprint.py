"""The fingerprint part of a card: two templates of 512 bytes, of which only the heads are documented openly.

The feature body is a restricted format (GA/T 1012): a licensed library matches it, nothing here looks inside.
"""

from __future__ import annotations

from drivers.device import Fault
from drivers.id_card.card import Enrolment, Fingerprint

FINGER_BYTES = 512
FINGERS_MOST = 2
MAGIC = ord("C")
ENROLMENT = {1: Enrolment.OK, 2: Enrolment.FAILED, 3: Enrolment.NOT_ENROLLED, 9: Enrolment.UNKNOWN}
FINGERS = {*range(11, 21), 97, 98, 99}
ENROLMENT_AT, FINGER_AT, QUALITY_AT, CRC_AT = 4, 5, 6, 511
CRC8_POLYNOMIAL = 0x07  # G: not documented openly; used by our own cards and reported, never to refuse a card


def parse(part: bytes) -> tuple[Fingerprint, ...]:
    """The templates in a part of 0, 512 or 1,024 bytes. Fault ``id_card.fingerprint_invalid``."""
    if len(part) % FINGER_BYTES or len(part) > FINGERS_MOST * FINGER_BYTES:
        raise Fault("id_card.fingerprint_invalid", f"{len(part)} bytes")
    return tuple(_parse_one(part[at : at + FINGER_BYTES]) for at in range(0, len(part), FINGER_BYTES))


def _parse_one(block: bytes) -> Fingerprint:
    enrolment = ENROLMENT.get(block[ENROLMENT_AT])
    if block[0] != MAGIC or enrolment is None:
        raise Fault("id_card.fingerprint_invalid", "head of a template")
    finger, quality = block[FINGER_AT], block[QUALITY_AT]
    if enrolment is Enrolment.OK and (finger not in FINGERS or not 1 <= quality <= 100):
        raise Fault("id_card.fingerprint_invalid", "finger or quality of a template")
    return Fingerprint(enrolment, finger, quality, block)


def crc_agrees(fingerprint: Fingerprint) -> bool:
    """Whether the last byte is the CRC8 of the others, by the polynomial that we assume."""
    return crc8(fingerprint.feature[:CRC_AT]) == fingerprint.feature[CRC_AT]


def encode(finger: int, quality: int, enrolment: Enrolment = Enrolment.OK, body: bytes = b"") -> bytes:
    """One part of 512 bytes with a made-up body (bytes 7 …, padded with zeros). For the simulator."""
    code = next(code for code, state in ENROLMENT.items() if state is enrolment)
    block = bytes([MAGIC, 0, 0, 0, code, finger, quality]) + body
    if len(block) > CRC_AT:
        raise ValueError(f"a finger's body of {len(body)} bytes")
    block = block.ljust(CRC_AT, b"\0")
    return block + bytes([crc8(block)])


def crc8(data: bytes) -> int:
    """CRC8, most significant bit first, initial value 0."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ (CRC8_POLYNOMIAL if value & 0x80 else 0)) & 0xFF
    return value
