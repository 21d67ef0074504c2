"""A card reader that is ready only while the photos on cards can be decoded: nobody is asked for a card in vain."""

from __future__ import annotations

from drivers.device import Blocked, Fault, Status, can_work
from drivers.id_card.card import IdCard
from drivers.id_card.device import IdCardReader
from drivers.id_card.photo import CardPhotos


class ReaderWithPhotos:
    """An IdCardReader around another; only ``status`` differs."""

    def __init__(self, reader: IdCardReader, photos: CardPhotos) -> None:
        self._reader = reader
        self._photos = photos

    def open(self) -> None:
        self._reader.open()

    def close(self) -> None:
        self._reader.close()

    def status(self) -> Status:
        """The reader's own; Blocked (``photo_decoder_missing``) when it could work and its cards would lead nowhere."""
        status = self._reader.status()
        if can_work(status):
            try:
                self._photos.check()
            except Fault as fault:
                return Blocked(fault.code)
        return status

    def find_card(self) -> bool:
        return self._reader.find_card()

    def read_card(self) -> IdCard:
        return self._reader.read_card()

    def card_present(self) -> bool:
        return self._reader.card_present()
