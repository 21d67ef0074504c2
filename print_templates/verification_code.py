"""The QR of a printed licence as one vector path, large enough to be read from paper."""

from __future__ import annotations

import numpy as np
import zxingcpp

QUIET_ZONE = 4  # modules of white on every side (ISO/IEC 18004, 5.3.8)
SMALLEST_MODULE_MM = 0.4  # below it, telephone cameras fail on laser print that has been handled


class CodeTooDense(ValueError):
    """The text is too long for a QR that can be read at this size."""


def qr_svg(text: str, side_mm: float) -> str:
    """An SVG of ``text`` at error correction M (15 % may be soiled), quiet zone included, for a square of ``side_mm``.

    All dark modules are one path, in runs: separate shapes leave hairlines between them when a page is rasterised.
    Raises CodeTooDense when a module would be smaller than SMALLEST_MODULE_MM.
    """
    try:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    except ValueError:
        raise CodeTooDense("longer than any QR code holds") from None
    matrix = (np.array(code.to_image(scale=1, add_quiet_zones=False)) == 0).tolist()  # rows of bool, dark is True
    modules = len(matrix) + 2 * QUIET_ZONE
    if side_mm / modules < SMALLEST_MODULE_MM:
        raise CodeTooDense(f"{modules} modules on {side_mm:g} mm are below {SMALLEST_MODULE_MM} mm each")
    runs: list[str] = []
    for y, row in enumerate(matrix, start=QUIET_ZONE):
        x = 0
        while x < len(row):
            length = 1
            while x + length < len(row) and row[x + length] == row[x]:
                length += 1
            if row[x]:
                runs.append(f"M{x + QUIET_ZONE} {y}h{length}v1h-{length}z")
            x += length
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {modules} {modules}">'
        f'<path d="M0 0h{modules}v{modules}h-{modules}z" fill="#fff"/><path d="{"".join(runs)}" fill="#000"/></svg>'
    )
