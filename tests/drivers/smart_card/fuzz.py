"""What a fuzzer may throw at the smart-card parsers: bytes in; nothing but a named fault may come out."""

from __future__ import annotations

from collections.abc import Callable

from drivers.device import Fault
from drivers.smart_card import apdu, piv, social_security, tlv
from drivers.smart_card.technician import pkcs1_block

NATIONAL = social_security.profile()
AID = bytes.fromhex(NATIONAL.application)


def _answers(data: bytes) -> Callable[[bytes], bytes]:
    """A card that answers with pieces of the input: each begins with its length in one byte."""
    at = 0

    def transmit(_: bytes) -> bytes:
        nonlocal at
        size = data[at] if at < len(data) else 0
        piece = data[at + 1 : at + 1 + size]
        at += 1 + size
        return piece

    return transmit


class _Link:
    atr = b""

    def __init__(self, data: bytes) -> None:
        self.transmit = _answers(data)


def _only_faults(parse: Callable[[bytes], object]) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        try:
            parse(data)
        except Fault as fault:
            if not fault.code.startswith("smart_card."):
                raise

    return target


def _chained(data: bytes) -> object:
    return apdu.exchange_long(_answers(data), 0x87, 0x07, 0x9A, pkcs1_block(bytes(32)), le=256)


def _pin(data: bytes) -> object:
    # no certificate is needed to ask for a PIN
    card = piv.PivCard(_Link(data), None)  # type: ignore[arg-type]
    piv.tries_left(card)
    return piv.verify_pin(card, "123456")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "smart_card.response": _only_faults(apdu.response),
    "smart_card.exchange": _only_faults(lambda data: apdu.exchange(_answers(data), apdu.command(0xB0, 0, 0, le=256))),
    "smart_card.chained": _only_faults(_chained),
    "smart_card.tlv": _only_faults(tlv.parse),
    "smart_card.tlv_path": _only_faults(lambda data: tlv.find(data, 0x7C, 0x82)),
    "smart_card.certificate": _only_faults(piv.certificate),
    "smart_card.certificate_der": _only_faults(lambda data: piv.certificate(piv.data_object(data[:4000]))),
    "smart_card.certificate_packed": _only_faults(lambda data: piv.certificate(piv.data_object(data[:4000], True))),
    "smart_card.piv_card": _only_faults(lambda data: piv.read(_Link(data))),
    "smart_card.pin": _only_faults(_pin),
    "smart_card.record": _only_faults(lambda data: social_security.record_text(data, 9, "gb18030", "name")),
    "smart_card.social_security": _only_faults(lambda data: social_security.read(_Link(data), NATIONAL)),
}
