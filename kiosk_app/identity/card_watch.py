"""Looks for a card while the session wants one, reads it once, then watches until it is taken away."""

from __future__ import annotations

from collections.abc import Callable

from drivers.device import Fault
from drivers.faults import explain
from drivers.host import DeviceHost
from drivers.id_card.device import IdCardReader
from kiosk_app.session import events

CARD_POLL_S = 0.3  # readers need 300 ms between finds; faster only heats the module
PRESENCE_POLL_S = 1.0  # a card that was taken is noticed within two polls
LIFTED_MISSES = 2  # one missed answer is a bad contact, two are a lifted card


class CardWatch:
    """Posts CardReading, then CardRead or CardRefused (and goes on looking), and CardLifted at the end."""

    def __init__(self, host: DeviceHost[IdCardReader], post: Callable[[object], None]) -> None:
        self._host = host
        self._post = post
        self._laid = False

    def begin(self, session_id: str) -> None:
        """Look for a card for this session."""

        def step(reader: IdCardReader) -> None:
            try:
                if not reader.find_card():
                    return
                self._post(events.CardReading(session_id))
                card = reader.read_card()
            except Fault as fault:
                self._post(events.CardRefused(session_id, explain(fault.code).resident))
                raise
            self._watch_until_lifted(session_id)
            self._post(events.CardRead(session_id, card))

        self._laid = False
        self._host.watch(session_id, step, CARD_POLL_S)

    def _watch_until_lifted(self, session_id: str) -> None:
        misses = 0

        def step(reader: IdCardReader) -> None:
            nonlocal misses
            misses = 0 if reader.card_present() else misses + 1
            if misses >= LIFTED_MISSES:
                self._laid = False
                self._host.unwatch()
                self._post(events.CardLifted())

        self._laid = True
        self._host.watch(session_id, step, PRESENCE_POLL_S)

    def stop(self) -> None:
        """No longer looks for a card; one that still lies there is watched until it is taken."""
        if not self._laid:
            self._host.unwatch()
