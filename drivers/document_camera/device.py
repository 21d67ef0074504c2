"""What every document camera can do."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from drivers.device import Driver


class DocumentCamera(Driver, Protocol):
    """A camera that looks down at the desk where a resident lays paper."""

    def frame(self) -> NDArray[np.uint8]:
        """The newest look at the desk, BGR uint8. Raises Fault document_camera.lost, .black, .frozen."""
        ...

    def capture(self) -> bytes:
        """The page on the desk, straightened, as JPEG of at most page.MAX_JPEG_BYTES.

        Raises Fault document_camera.no_page, .cut_off, .too_dark, .blurred, .glare, and those of ``frame``.
        """
        ...
