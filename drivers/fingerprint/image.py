"""A picture of a finger, and how a serial module packs one."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.device import Fault

WIDTH, HEIGHT = 256, 288  # of the serial modules
PACKED_BYTES = WIDTH * HEIGHT // 2  # 4 bits a pixel
DPI = 500  # of these modules' sensors, and what minutiae finders expect
GREY_STEP = 17  # 4 bits spread over 8: 0x0 is 0, 0xF is 255


@dataclass(frozen=True)
class FingerprintImage:
    """``pixels`` row by row, 8 bits grey, ridges dark. ``repr`` shows the size only."""

    width: int
    height: int
    pixels: bytes = field(repr=False)
    dpi: int = DPI

    def __post_init__(self) -> None:
        if len(self.pixels) != self.width * self.height:
            raise ValueError(f"{len(self.pixels)} pixels are not {self.width} x {self.height}")


def unpack(data: bytes) -> FingerprintImage:
    """Two pixels a byte, high nibble first. Fault ``fingerprint.content_invalid`` for any other length."""
    if len(data) != PACKED_BYTES:
        raise Fault("fingerprint.content_invalid", f"an image of {len(data)} bytes, not {PACKED_BYTES}")
    pixels = bytearray(2 * len(data))
    pixels[0::2] = data.translate(_HIGH)
    pixels[1::2] = data.translate(_LOW)
    return FingerprintImage(WIDTH, HEIGHT, bytes(pixels))


def pack(image: FingerprintImage) -> bytes:
    """As a module sends it. ValueError for another size than a module's."""
    if (image.width, image.height) != (WIDTH, HEIGHT):
        raise ValueError(f"{image.width} x {image.height} is not {WIDTH} x {HEIGHT}")
    return bytes((high >> 4) << 4 | low >> 4 for high, low in zip(image.pixels[0::2], image.pixels[1::2], strict=True))


_HIGH = bytes((byte >> 4) * GREY_STEP for byte in range(256))
_LOW = bytes((byte & 15) * GREY_STEP for byte in range(256))
