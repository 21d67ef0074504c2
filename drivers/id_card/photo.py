"""From the chip's 1,024-byte photo block to pixels, by decoders that can be plugged in.

Real cards hold the vendor format "WLT": no open decoder exists, a deployment loads the vendor's library in a process of
its own. Test cards hold a WebP in the same block.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.device import Fault

PHOTO_BYTES = 1024
WIDTH = 102
HEIGHT = 126

Bgr = NDArray[np.uint8]
Decoder = Callable[[bytes], Bgr]


def decode_photo(block: bytes, decoder: str = "auto") -> Bgr:
    """Pixels of a photo block: uint8 BGR of shape (126, 102, 3).

    ``decoder`` is a name of DECODERS; "auto" tells a test card's WebP from the vendor format by its first bytes.
    Fault ``id_card.photo_undecodable`` for anything that does not give exactly that shape.
    """
    if decoder == "auto":
        decoder = "synthetic_webp" if block.startswith(b"RIFF") else "vendor"
    if decoder not in DECODERS:
        raise Fault("id_card.photo_undecodable", f"no decoder named {decoder!r}; there are {', '.join(DECODERS)}")
    if len(block) != PHOTO_BYTES:
        raise Fault("id_card.photo_undecodable", f"{len(block)} bytes instead of {PHOTO_BYTES}")
    return DECODERS[decoder](block)


def encode_synthetic(bgr: Bgr) -> bytes:
    """A face as a test card's photo block: the best lossy WebP of 102 × 126 that fits, padded to 1,024 bytes."""
    small = cv2.resize(bgr, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    low, high, best = 0, 100, b""
    while low <= high:
        quality = (low + high) // 2
        done, raw = cv2.imencode(".webp", small, [cv2.IMWRITE_WEBP_QUALITY, max(1, quality)])
        encoded = raw.tobytes() if done else b""
        if encoded and len(encoded) <= PHOTO_BYTES:
            low, best = quality + 1, encoded
        else:
            high = quality - 1
    if not best:
        raise ValueError("this picture does not fit into 1,024 bytes of WebP")
    return best.ljust(PHOTO_BYTES, b"\0")


def _synthetic_webp(block: bytes) -> Bgr:
    # the size is read before anything is decoded: a header may promise 16,383 × 16,383 pixels
    size = int.from_bytes(block[4:8], "little") + 8
    width = int.from_bytes(block[26:28], "little") & 0x3FFF
    height = int.from_bytes(block[28:30], "little") & 0x3FFF
    lossy = block[:4] == b"RIFF" and block[8:16] == b"WEBPVP8 " and block[23:26] == b"\x9d\x01\x2a"
    if not lossy or size > PHOTO_BYTES or (width, height) != (WIDTH, HEIGHT):
        raise Fault("id_card.photo_undecodable", "not a lossy WebP of 102 × 126")
    try:
        picture = cv2.imdecode(np.frombuffer(block[:size], np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        picture = None
    if picture is None or picture.shape != (HEIGHT, WIDTH, 3):
        raise Fault("id_card.photo_undecodable", "the WebP is damaged")
    return np.asarray(picture, np.uint8)


def _vendor(_block: bytes) -> Bgr:
    raise Fault("id_card.photo_undecodable", "the vendor's photo library is not installed")


DECODERS: dict[str, Decoder] = {"synthetic_webp": _synthetic_webp, "vendor": _vendor}
