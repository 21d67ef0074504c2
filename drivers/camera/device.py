"""What every camera can do."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from drivers.device import Driver


class Camera(Driver, Protocol):
    """A colour camera that looks at the resident. Frames are not mirrored: the resident's left is at the right."""

    def frame(self) -> NDArray[np.uint8]:
        """The newest frame, (height, width, 3) BGR uint8. Raises Fault camera.lost, camera.black, camera.frozen."""
        ...
