"""Looks for a card while the session wants one, reads it once, then watches until it is taken away."""

from __future__ import annotations

from collections.abc import Callable

from drivers.device import Fault
from drivers.faults import explain
from drivers.host import DeviceHost
from drivers.id_card.card import CardKind
from drivers.id_card.device import IdCardReader
from kiosk_app.session import events

CARD_POLL_S = 0.3  # readers need 300 ms between finds; faster only heats the module
PRESENCE_POLL_S = 1.0  # a card that was taken is noticed within two polls
SERVED = frozenset({CardKind.RESIDENT})  # the services' forms and standards are written for residents' cards
# What stays so however often this card is laid down; with any other trouble the next try may succeed.
FINAL = frozenset(
    f"id_card.{code}"
    for code in ("expired", "not_yet_valid", "not_a_resident_card", "number_invalid", "wrong_card_type")
)
LIFTED_MISSES = 2  # one missed answer is a bad contact, two are a lifted card


class CardWatch:
    """Posts CardReading, then CardRead or CardRefused (and goes on looking), and CardLifted at the end."""

    def __init__(
        self,
        host: DeviceHost[IdCardReader],
        post: Callable[[object], None],
        served: frozenset[CardKind] = SERVED,
    ) -> None:
        """``served``: other cards are read, and their holders are told where they are served."""
        self._host = host
        self._served = served
        self._post = post
        self._laid = False  # a card that was read, or one that was refused and the session has ended
        self._refused = ""  # the session in which the card that lies there was refused

    def begin(self, session_id: str) -> None:
        """Look for a card for this session."""

        def step(reader: IdCardReader) -> None:
            try:
                if not reader.find_card():
                    if self._refused and not reader.card_present():
                        self._refused = ""
                        self._post(events.CardLifted())
                    return
                self._post(events.CardReading(session_id))
                self._refused = session_id
                card = reader.read_card()
                if card.kind not in self._served:
                    raise Fault("id_card.not_a_resident_card", str(card.kind))
            except Fault as fault:
                self._post(events.CardRefused(session_id, explain(fault.code).resident, fault.code not in FINAL))
                raise
            self._refused = ""
            self._watch_until_lifted(session_id)
            self._post(events.CardRead(session_id, card))

        self._laid, self._refused = False, ""
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
        """No longer looks for a card; one that still lies there, read or refused, is watched until it is taken."""
        refused, self._refused = self._refused, ""
        if refused:
            self._watch_until_lifted(refused)
        elif not self._laid:
            self._host.unwatch()
