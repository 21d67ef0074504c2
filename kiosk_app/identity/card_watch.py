"""Looks for a card while the session wants one, and reads it once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from drivers.device import Fault
from drivers.faults import explain
from drivers.host import DeviceHost
from drivers.id_card.card import IdCard
from kiosk_app.session import events
from wire.text import Bilingual

CARD_POLL_S = 0.3  # readers need 300 ms between finds; faster only heats the module
POST = Callable[[object], None]


class CardReader(Protocol):
    """The verbs of drivers/id_card that are used here."""

    def find_card(self) -> bool: ...

    def read_card(self) -> IdCard: ...


class CardWatch:
    """Posts CardReading, then CardRead or CardRefused; goes on looking after a refusal."""

    def __init__(
        self, host: DeviceHost[CardReader], post: POST, known_problem: Callable[[IdCard], Bilingual | None]
    ) -> None:
        self._host = host
        self._post = post
        self._known_problem = known_problem

    def begin(self, session_id: str) -> None:
        def step(reader: CardReader) -> None:
            try:
                if not reader.find_card():
                    return
                self._post(events.CardReading())
                card = reader.read_card()
            except Fault as fault:
                self._post(events.CardRefused(session_id, explain(fault.code).resident))
                raise
            problem = self._known_problem(card)
            if problem is not None:
                self._post(events.CardRefused(session_id, problem))
                return
            self._host.unwatch()
            self._post(events.CardRead(session_id, card))

        self._host.watch(session_id, step, CARD_POLL_S)

    def stop(self) -> None:
        self._host.unwatch()
