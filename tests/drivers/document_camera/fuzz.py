"""What a fuzzer may throw at the page finder: bytes as a picture; a page's JPEG or a named fault may come out."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from drivers.device import Fault
from drivers.document_camera.page import MAX_JPEG_BYTES, find_page, page_jpeg

WIDTH, HEIGHT = 60, 80
NAMED = {f"document_camera.{code}" for code in ("no_page", "cut_off", "too_dark", "blurred", "glare")}


def _picture(data: bytes) -> np.ndarray:  # type: ignore[type-arg]
    """Any bytes as a small colour picture: repeated until it is full, then made larger."""
    pixels = np.frombuffer((data or b"\0") * (WIDTH * HEIGHT * 3 // max(len(data), 1) + 1), np.uint8)
    small = pixels[: WIDTH * HEIGHT * 3].reshape(HEIGHT, WIDTH, 3)
    return np.asarray(cv2.resize(small, (WIDTH * 4, HEIGHT * 4), interpolation=cv2.INTER_NEAREST), np.uint8)


def _page(data: bytes) -> None:
    try:
        assert 0 < len(page_jpeg(_picture(data))) <= MAX_JPEG_BYTES
    except Fault as fault:
        if fault.code not in NAMED:
            raise


def _corners(data: bytes) -> None:
    corners = find_page(_picture(data))
    assert corners is None or (corners.shape == (4, 2) and bool(np.isfinite(corners).all()))


TARGETS: dict[str, Callable[[bytes], None]] = {"document_camera.page": _page, "document_camera.corners": _corners}
