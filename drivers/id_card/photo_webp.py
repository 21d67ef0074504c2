"""The photo of a test card: a lossy WebP of 102 × 126 in the chip's 1,024 bytes."""

from __future__ import annotations

import cv2
import numpy as np

from drivers.device import Fault
from drivers.id_card.photo_shape import HEIGHT, PHOTO_BYTES, WIDTH, Bgr


class SyntheticWebp:
    """Decoder plug-in ``synthetic_webp``."""

    def decode(self, block: bytes) -> Bgr:
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

    def check(self) -> None:
        """It is always there."""

    def close(self) -> None:
        """Nothing is held."""


def encode_synthetic(bgr: Bgr) -> bytes:
    """A face as a test card's photo block: the best lossy WebP of 102 × 126 that fits, padded to 1,024 bytes.

    ValueError for a picture that does not fit at any quality.
    """
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
