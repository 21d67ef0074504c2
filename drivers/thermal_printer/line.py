"""What carries bytes to a receipt printer and back, whatever the cable: the words that all of them speak."""

from __future__ import annotations

from typing import Literal, Protocol
from urllib.parse import urlsplit

from drivers.serial_port import SerialPort
from drivers.thermal_printer.network_line import NetworkLine
from drivers.thermal_printer.usb_line import UsbLine

Transport = Literal["auto", "serial", "usb", "network"]
RAW_PORT = 9100  # where printers take bytes as they come


class Line(Protocol):
    """One exclusive connection. Faults: ``not_found``, ``port_busy``, ``lost``, ``stalled``; never a wait for ever."""

    @property
    def is_open(self) -> bool: ...

    def open(self) -> None: ...

    def close(self) -> None: ...

    def discard_input(self) -> None: ...

    def write(self, data: bytes, limit_s: float) -> None: ...

    def read(self, limit_s: float, most: int = ...) -> bytes: ...


def make_line(port: str, transport: Transport, baud: int) -> Line:
    """``tcp://host[:9100]`` is a network printer, /dev/usb/lp… a USB one, anything else serial, unless told otherwise.

    Raises ValueError for a port that the transport cannot be.
    """
    if transport == "auto":
        transport = "network" if port.startswith("tcp://") else "usb" if port.startswith("/dev/usb/") else "serial"
    match transport:
        case "network":
            address = urlsplit(port if "://" in port else f"tcp://{port}")
            if not address.hostname:
                raise ValueError(f"port {port!r} is not tcp://host:port")
            return NetworkLine("thermal_printer", address.hostname, address.port or RAW_PORT)
        case "usb":
            return UsbLine("thermal_printer", port)
        case "serial":
            return SerialPort("thermal_printer", port, baud)
        case _:
            raise ValueError(f"transport {transport!r} is none of auto, serial, usb, network")
