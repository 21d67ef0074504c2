"""An id card as a PC/SC reader of the family "generic" shows it: the card's files behind a few commands."""

from __future__ import annotations

from drivers.id_card import content, text
from drivers.id_card.cards import SimulatedCard
from drivers.smart_card.simulated_files import Command

DONE = bytes.fromhex("9000")
END = bytes.fromhex("6282")  # the file ended before all that was wanted
NO_FILE = bytes.fromhex("6A82")


class IdCardApplet:
    """For drivers.smart_card.simulator: it answers from the first command on, there is nothing to select."""

    aid = b""

    def __init__(self, card: SimulatedCard) -> None:
        parts = content.Content(card.text, card.photo, card.fingerprint)
        self._files = {
            0x01: content.join(parts, with_fingerprint=False),
            0x10: content.join(parts, with_fingerprint=True),
            0x03: text.encode_addresses(card.newest_addresses) if card.newest_addresses else b"",
        }
        self._chosen = b""

    def selected(self) -> bytes:
        return DONE

    def answer(self, command: Command) -> bytes:
        if command.ins == 0x30:
            if command.p1 == 0:
                return DONE
            self._chosen = self._files.get(command.p1, b"")
            return DONE if self._chosen else NO_FILE
        if command.ins == 0xB0:
            at = command.p1 << 8 | command.p2
            piece = self._chosen[at : at + command.le]
            return piece + (DONE if at + command.le <= len(self._chosen) else END)
        return bytes.fromhex("6D00")

    def reset(self) -> None:
        self._chosen = b""
