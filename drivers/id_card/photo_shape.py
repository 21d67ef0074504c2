"""What every photo decoder takes and gives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PHOTO_BYTES = 1024  # the chip's block
WIDTH = 102
HEIGHT = 126
BGR_BYTES = WIDTH * HEIGHT * 3  # 38,556

Bgr = NDArray[np.uint8]
