"""The instructions and confirmation codes of serial fingerprint modules, and what their answers hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from drivers.device import Fault
from drivers.fingerprint.zfm_frames import PACKET_SIZES


class Instruction(IntEnum):
    """First payload byte of a command, named as in the modules' manual."""

    GEN_IMG = 0x01
    IMG_2_TZ = 0x02
    MATCH = 0x03
    SEARCH = 0x04
    REG_MODEL = 0x05
    STORE = 0x06
    LOAD_CHAR = 0x07
    UP_CHAR = 0x08
    DOWN_CHAR = 0x09
    UP_IMAGE = 0x0A
    DELETE = 0x0C
    EMPTY = 0x0D
    READ_SYS_PARA = 0x0F
    VFY_PWD = 0x13


OK = 0x00
NO_FINGER = 0x02
NO_MATCH = 0x08
NOT_FOUND = 0x09

# 00 is success; 08 and 09 are answers to a question, and 02 ends no wait: the others are faults
FAULT_OF = {
    0x01: "fingerprint.command_garbled",
    0x02: "fingerprint.no_finger",
    0x03: "fingerprint.image_failed",
    0x06: "fingerprint.messy",
    0x07: "fingerprint.too_few_features",
    0x0A: "fingerprint.combine_failed",
    0x0B: "fingerprint.bad_page",
    0x0C: "fingerprint.library_failed",
    0x0D: "fingerprint.transfer_failed",
    0x0E: "fingerprint.transfer_failed",
    0x0F: "fingerprint.transfer_failed",
    0x10: "fingerprint.library_failed",
    0x11: "fingerprint.library_failed",
    0x13: "fingerprint.wrong_password",
    0x15: "fingerprint.no_valid_image",
    0x18: "fingerprint.flash_failed",
    0x1A: "fingerprint.command_refused",
    0x20: "fingerprint.wrong_address",
    0x21: "fingerprint.wrong_password",
}

FEATURE_BYTES = 256  # what one image gives
TEMPLATE_BYTES = 512  # what two feature files combine to
SCORE_BYTES = 2
PARAMETER_BYTES = 16
BAUD_STEP = 9600  # the module gives its speed as a multiple of this


@dataclass(frozen=True)
class Parameters:
    """What a module says of itself.

    G: the order of the fields within the 16 bytes, from the modules' manual as remembered; no module was at hand.
    """

    status_register: int
    system_id: int
    library_size: int
    security_level: int
    address: int
    packet_bytes: int
    baud: int


def parameters(data: bytes) -> Parameters:
    """The answer to READ_SYS_PARA without its code. Fault ``fingerprint.content_invalid`` for what cannot be."""
    if len(data) != PARAMETER_BYTES:
        raise Fault("fingerprint.content_invalid", f"parameters of {len(data)} bytes")
    status, system, library, security, high, low, size, baud = (
        int.from_bytes(data[at : at + 2], "big") for at in range(0, PARAMETER_BYTES, 2)
    )
    if size >= len(PACKET_SIZES) or not 1 <= baud <= 12:
        raise Fault("fingerprint.content_invalid", f"packet size code {size}, baud {baud} x {BAUD_STEP}")
    return Parameters(status, system, library, security, high << 16 | low, PACKET_SIZES[size], baud * BAUD_STEP)


def encode_parameters(of: Parameters) -> bytes:
    """As a module answers."""
    fields = (
        of.status_register, of.system_id, of.library_size, of.security_level, of.address >> 16, of.address & 0xFFFF,
        PACKET_SIZES.index(of.packet_bytes), of.baud // BAUD_STEP,
    )  # fmt: skip
    return b"".join(field.to_bytes(2, "big") for field in fields)


def numbers(data: bytes, count: int) -> tuple[int, ...]:
    """``count`` 16-bit numbers that are the whole answer. Fault ``fingerprint.content_invalid`` for another length."""
    if len(data) != 2 * count:
        raise Fault("fingerprint.content_invalid", f"{len(data)} bytes where {2 * count} belong")
    return tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
