"""A PC/SC reader: pcscd's context, the card's coming and going, and exclusive conversations with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from smartcard import scard

from drivers.device import Fault, Ready, Status, Unknown
from drivers.smart_card.call_lane import CallLane, Overrun

SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"  # read once by libpcsclite, at its first call in a process
CARD_POLL_S = 0.5  # how often find_card and card_present are worth asking
SHORT_S = 2.0  # context, list of readers, state: pcscd answers from memory
CONNECT_S = 5.0  # powering a card takes up to a second, and a protocol negotiation follows
TRANSMIT_S = 8.0  # an RSA signature on an old card takes 2 s; no command of ours takes longer
GONE_S = 0.8  # pcscd looks for the card every 0.4 s
RELEASE_S = 1.0  # how long close waits for pcscd before it leaves the context to its thread

# The context is no more: pcscd was restarted, or told everybody to go. F_COMM_ERROR is its socket that broke,
# W_SECURITY_VIOLATION its socket that was closed (libpcsclite takes that for a refusal; seen when pcscd was killed).
CONTEXT_LOST = {
    scard.SCARD_E_NO_SERVICE,
    scard.SCARD_E_SERVICE_STOPPED,
    scard.SCARD_E_INVALID_HANDLE,
    scard.SCARD_F_COMM_ERROR,
    scard.SCARD_W_SECURITY_VIOLATION,
}

# What PC/SC says, as fault codes; the rest is ``unknown_answer`` with the number in the detail.
FAULT_OF = {
    scard.SCARD_E_NO_READERS_AVAILABLE: "smart_card.not_found",
    scard.SCARD_E_UNKNOWN_READER: "smart_card.not_found",
    scard.SCARD_E_READER_UNAVAILABLE: "smart_card.lost",
    scard.SCARD_E_SHARING_VIOLATION: "smart_card.in_use",
    scard.SCARD_E_NO_SMARTCARD: "smart_card.no_card",
    scard.SCARD_W_REMOVED_CARD: "smart_card.card_removed",
    scard.SCARD_W_RESET_CARD: "smart_card.card_reset",
    scard.SCARD_W_UNRESPONSIVE_CARD: "smart_card.card_mute",
    scard.SCARD_W_UNPOWERED_CARD: "smart_card.card_mute",
    scard.SCARD_W_UNSUPPORTED_CARD: "smart_card.card_mute",
    scard.SCARD_E_PROTO_MISMATCH: "smart_card.card_mute",
    scard.SCARD_E_NOT_TRANSACTED: "smart_card.transfer_failed",
    scard.SCARD_E_COMM_DATA_LOST: "smart_card.transfer_failed",
    scard.SCARD_E_INVALID_PARAMETER: "smart_card.transfer_failed",
}  # what is said of a card that is being pulled out, before pcscd has seen it leave; vpcd gives an empty answer
MAYBE_REMOVED = {"smart_card.transfer_failed", "smart_card.card_reset"}

_socket_in_use: str | None = None


@dataclass(frozen=True)
class _Presence:
    """One look at the reader."""

    present: bool
    insertions: int  # counts every coming and going since pcscd started; 16 bits


class PcscReader:
    """One reader of pcscd. Its verbs come from one thread; libpcsclite is called on a lane that may be left behind."""

    def __init__(self, port: str, socket: str = "") -> None:
        """``port`` is the reader's name as pcscd lists it, or its beginning; "*" for the only one.

        ``socket`` is a pcscd of one's own; ValueError when this process already talks to another.
        """
        self.port = port
        self._socket = socket
        self._lane: CallLane | None = None
        self._stuck: CallLane | None = None
        self._context = 0
        self._reader = ""
        self._found: tuple[int, int] | None = None  # context, insertions: the card that find_card has told

    def open(self) -> None:
        """Faults: ``service_down``, ``not_found``, ``silent``."""
        if self._lane is None:
            self._connect()

    def close(self) -> None:
        lane, self._lane = self._lane, None
        if lane is not None:
            lane.leave()
            lane.join(RELEASE_S)
        self._found = None

    def status(self) -> Status:
        """Ready when pcscd sees the reader; Unknown while a card or pcscd keeps a call and gives no answer."""
        try:
            self._presence()
        except Fault as fault:
            if fault.code == "smart_card.silent":
                return Unknown(fault.code)
            raise
        return Ready()

    def find_card(self) -> bool:
        """True once for each card that is put in; also once for a card that lies there when pcscd comes back."""
        seen = self._presence()
        this = (self._context, seen.insertions)
        if not seen.present or this == self._found:
            return False
        self._found = this
        return True

    def card_present(self) -> bool:
        return self._presence().present

    @contextmanager
    def card(self) -> Iterator[PcscCard]:
        """Faults at the start: ``no_card``, ``in_use``, ``card_mute``; and those of the service."""
        self._presence()  # renews a context that has been lost
        context, reader = self._context, self._reader
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        handle, protocol = self._call(
            lambda: scard.SCardConnect(context, reader, scard.SCARD_SHARE_EXCLUSIVE, protocols), CONNECT_S
        )
        lane = self._lane
        assert lane is not None
        try:
            atr = bytes(self._call(lambda: scard.SCardStatus(handle), SHORT_S, in_flight=True)[3])
            yield PcscCard(self, handle, protocol, atr)
        finally:
            # Reset: a verified PIN must not wait for the next who asks. Waited for: pcscd 1.9.9 loses track of a card
            # that is changed while it resets.
            if self._lane is lane:
                with suppress(Overrun):
                    lane.call(lambda: scard.SCardDisconnect(handle, scard.SCARD_RESET_CARD), CONNECT_S)

    def transmit(self, handle: int, protocol: int, apdu: bytes) -> bytes:
        """For PcscCard. Faults: ``card_removed``, ``service_lost``, ``transfer_failed``, ``silent``."""
        pci = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0
        try:
            (answer,) = self._call(lambda: scard.SCardTransmit(handle, pci, list(apdu)), TRANSMIT_S, in_flight=True)
            if not answer:
                raise Fault("smart_card.transfer_failed", "an empty answer")
        except Fault as fault:
            if fault.code in MAYBE_REMOVED and self._gone():
                raise Fault("smart_card.card_removed", fault.detail) from None
            raise
        return bytes(answer)

    def _gone(self) -> bool:
        """Whether the card leaves within GONE_S: pcscd sees a card leave later than its answers stop."""
        context, reader = self._context, self._reader
        states = [(reader, scard.SCARD_STATE_PRESENT)]
        try:
            if not self._look().present:
                return True
            self._call(lambda: scard.SCardGetStatusChange(context, int(GONE_S * 1000), states), SHORT_S)
        except Fault:
            pass  # no change in time, or nobody can say: the fault that we have says enough
        try:
            return not self._look().present
        except Fault:
            return False

    def _presence(self) -> _Presence:
        """A look that survives one restart of pcscd."""
        if self._lane is None:
            self._connect()
        try:
            return self._look()
        except Fault as fault:
            if fault.code != "smart_card.service_down":
                raise
        self._connect()
        return self._look()

    def _look(self) -> _Presence:
        context, reader = self._context, self._reader
        states = [(reader, scard.SCARD_STATE_UNAWARE)]
        try:
            ((_, state, _),) = self._call(lambda: scard.SCardGetStatusChange(context, 0, states), SHORT_S)[0]
        except Fault as fault:
            if fault.code == "smart_card.not_found":  # it was there when the context was made
                raise Fault("smart_card.lost", reader) from None
            raise
        if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE):
            raise Fault("smart_card.lost", reader)
        return _Presence(bool(state & scard.SCARD_STATE_PRESENT), state >> 16 & 0xFFFF)

    def _connect(self) -> None:
        """A new context, and the reader's name in it."""
        self.close()
        if self._stuck is not None and self._stuck.alive:
            raise Fault("smart_card.silent", "an earlier call to the card has not come back")
        self._stuck = None
        _use_socket(self._socket)
        held: list[int] = []
        lane = self._lane = CallLane("pcsc", lambda: [scard.SCardReleaseContext(context) for context in held])
        try:
            (self._context,) = self._call(lambda: scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM), SHORT_S)
            held.append(self._context)
            self._reader = self._named_reader(self._call(lambda: scard.SCardListReaders(self._context, []), SHORT_S)[0])
        except Fault:
            lane.leave()
            self._lane = None
            raise

    def _named_reader(self, names: list[str]) -> str:
        fitting = [name for name in names if self.port in ("*", name)] or [n for n in names if n.startswith(self.port)]
        if len(fitting) != 1:
            # two readers: taking either may take the wrong one
            raise Fault("smart_card.not_found", f"{len(fitting)} of {len(names)} readers are named {self.port}")
        return fitting[0]

    def _call(self, function: Callable[[], list[Any]], limit_s: float, in_flight: bool = False) -> list[Any]:
        """What the call gives behind its return code. A lost context is dropped; the next look makes another.

        ``in_flight``: a card was in the middle of something, and nobody knows how that ended.
        """
        lane = self._lane
        if lane is None:
            raise Fault("smart_card.service_lost" if in_flight else "smart_card.service_down", "no context")
        try:
            code, *values = lane.call(function, limit_s)
        except Overrun:
            self._lane, self._stuck = None, lane
            raise Fault("smart_card.silent", f"no answer in {limit_s} s") from None
        if code == scard.SCARD_S_SUCCESS:
            return values
        if code in CONTEXT_LOST:
            self.close()
            raise Fault("smart_card.service_lost" if in_flight else "smart_card.service_down", _number(code))
        raise Fault(FAULT_OF.get(code, "smart_card.unknown_answer"), _number(code))


class PcscCard:
    """A CardLink: alive inside ``with reader.card()`` only."""

    def __init__(self, reader: PcscReader, handle: int, protocol: int, atr: bytes) -> None:
        self._reader = reader
        self._handle = handle
        self._protocol = protocol
        self.atr = atr

    def transmit(self, apdu: bytes) -> bytes:
        return self._reader.transmit(self._handle, self._protocol, apdu)


def _use_socket(socket: str) -> None:
    global _socket_in_use
    if _socket_in_use is None:
        if socket:
            os.environ[SOCKET_VARIABLE] = socket
        _socket_in_use = socket or os.environ.get(SOCKET_VARIABLE, "")
    elif socket not in ("", _socket_in_use):
        # libpcsclite would go on with the first one without a word
        raise Fault("smart_card.service_down", "this process talks to another pcscd already")


def _number(code: int) -> str:
    return f"PC/SC {code & 0xFFFFFFFF:08X}"


def create(port: str, socket: str = "") -> PcscReader:
    """The registry's entry."""
    return PcscReader(port, socket)
