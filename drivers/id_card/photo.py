"""From the chip's 1,024-byte photo block to pixels, by decoders that can be plugged in by name.

Real cards hold the vendor format "WLT": no open decoder exists, a deployment loads the vendor's library in a process of
its own (photo_vendor.py). Test cards hold a WebP in the same block (photo_webp.py).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from drivers.device import Fault
from drivers.id_card.photo_shape import HEIGHT, PHOTO_BYTES, WIDTH, Bgr
from drivers.id_card.photo_vendor import VendorLibrary
from drivers.id_card.photo_webp import SyntheticWebp, encode_synthetic

__all__ = ["HEIGHT", "PHOTO_BYTES", "WIDTH", "Bgr", "CardPhotos", "decode_photo", "encode_synthetic"]

AUTO = "auto"  # a test card's WebP is told from the vendor format by its first bytes


class Decoder(Protocol):
    """One way to decode. ``decode`` gives exactly (126, 102, 3) uint8 BGR or raises Fault; ``close`` never raises.

    ``check`` raises the Fault ``photo_decoder_missing`` when no photo could be decoded now.
    """

    def check(self) -> None: ...

    def decode(self, block: bytes) -> Bgr: ...

    def close(self) -> None: ...


# What may stand in the settings. A decoder of another format is a class and one line here.
DECODERS: dict[str, Callable[[Path | None], Decoder]] = {
    "synthetic_webp": lambda _library: SyntheticWebp(),
    "vendor_wlt": VendorLibrary,
}


class CardPhotos:
    """The decoder that a deployment chose; keeps the vendor's process between two cards."""

    def __init__(self, decoder: str = AUTO, library: Path | None = None) -> None:
        """``library`` is the vendor's shared object. ValueError for a decoder that does not exist."""
        if decoder != AUTO and decoder not in DECODERS:
            raise ValueError(f"no photo decoder named {decoder!r}; there are {', '.join((AUTO, *DECODERS))}")
        self._decoder = decoder
        self._library = library
        self._made: dict[str, Decoder] = {}
        self._making = threading.Lock()  # reader and camera ask from their own threads

    def decode(self, block: bytes) -> Bgr:
        """Pixels of a photo block: uint8 BGR of shape (126, 102, 3).

        Faults: ``id_card.photo_undecodable`` for a block that does not give exactly that shape,
        ``id_card.photo_decoder_missing`` when it needs a library that is not there.
        """
        if len(block) != PHOTO_BYTES:
            raise Fault("id_card.photo_undecodable", f"{len(block)} bytes instead of {PHOTO_BYTES}")
        name = self._decoder
        if name == AUTO:
            name = "synthetic_webp" if block.startswith(b"RIFF") else "vendor_wlt"
        return self._named(name).decode(block)

    def check(self) -> None:
        """Before anybody is asked for a card: Fault ``id_card.photo_decoder_missing`` when the deployment's decoder is
        not there or does not load. Where none was chosen and no library named, only test cards are expected.
        """
        if self._decoder != AUTO:
            self._named(self._decoder).check()
        elif self._library is not None:
            self._named("vendor_wlt").check()

    def _named(self, name: str) -> Decoder:
        with self._making:
            if name not in self._made:
                self._made[name] = DECODERS[name](self._library)
            return self._made[name]

    def close(self) -> None:
        """End the vendor's process, if there is one; may be called twice."""
        with self._making:
            made, self._made = self._made, {}
        for decoder in made.values():
            decoder.close()


def decode_photo(block: bytes) -> Bgr:
    """As CardPhotos().decode: without a vendor's library."""
    return CardPhotos().decode(block)
