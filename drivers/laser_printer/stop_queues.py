"""Lets no queue begin to print by itself when cupsd starts: run before it, with the path of printers.conf.

A cupsd that was killed or lost its power takes every job that it had not seen ended for one that is still to be
printed, and sends it again (measured on 2.4.2): a numbered original would come out twice. So its queues start stopped.
The kiosk settles the job in them with the printer, cancels it, and resumes the empty queue. Standard library only: it
runs as root, as ``ExecStartPre`` of cups.service.
"""

import os
import re
import sys
from pathlib import Path

_STARTED = re.compile(rb"^(\s*State\s+)(Idle|Processing)\b", re.MULTILINE | re.IGNORECASE)


def stop_queues(printers_conf: Path) -> int:
    """Rewrite the file, whole or not at all; how many queues were not stopped before. None there is none to stop."""
    if not printers_conf.exists():
        return 0
    text, count = _STARTED.subn(rb"\1Stopped", printers_conf.read_bytes())
    if count:
        stat = printers_conf.stat()
        fresh = printers_conf.with_name(f"{printers_conf.name}.kiosk-new")
        with fresh.open("wb") as file:
            os.fchmod(file.fileno(), stat.st_mode & 0o777)
            os.fchown(file.fileno(), stat.st_uid, stat.st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(printers_conf)
    return count


if __name__ == "__main__":
    stop_queues(Path(sys.argv[1] if len(sys.argv) > 1 else "/etc/cups/printers.conf"))
