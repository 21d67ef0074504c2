"""A printer of the USB printer class as the kernel's usblp gives it: /dev/usb/lp0, read and written as a file."""

from __future__ import annotations

import errno
import fcntl
import os

from drivers.device import Fault
from drivers.thermal_printer.file_line import FileLine

_BUSY = (errno.EBUSY, errno.EACCES, errno.EPERM, errno.EAGAIN)


class UsbLine(FileLine):
    """``path`` is best a udev link that names the printer: lp0 becomes lp1 after a replug.

    usblp gives an empty read, not EAGAIN, where the printer has nothing to say on some kernels (G): no sign of an end.
    """

    def _connect(self) -> int:
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            code = f"{self._device}.port_busy" if error.errno in _BUSY else f"{self._device}.not_found"
            raise Fault(code, f"{self.path}: {type(error).__name__}") from None
        try:
            # usblp itself lets one in at a time; the lock holds wherever the path leads elsewhere
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise Fault(f"{self._device}.port_busy", f"{self.path}: locked") from None
        return descriptor

    def _ends_with_nothing(self) -> bool:
        return False

    def read(self, limit_s: float, most: int = 4096) -> bytes:
        """As FileLine, but without a busy loop over empty reads: what is readable and empty is asked again later."""
        if self._ready(_READABLE, limit_s):
            return self._read_now(most)
        return b""


_READABLE = 0x001  # select.POLLIN
