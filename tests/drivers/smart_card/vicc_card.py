"""Run by Debian's Python: Debian's vicc with an ISO 7816 card that has two files, put together by its own classes.

Arguments: host, port. vicc's package keeps its modules where Python does not look, and without PyCrypto it imports the
module ``sha`` of Python 2: both are made good here; the emulator itself is as it was shipped.
"""

from __future__ import annotations

import hashlib
import sys
import types
from typing import Any

sys.path.insert(0, "/usr/lib/python3/site-packages/virtualsmartcard")
sha = types.ModuleType("sha")
sha.new = hashlib.sha1  # type: ignore[attr-defined]
sys.modules["sha"] = sha

from virtualsmartcard import VirtualSmartcard  # noqa: E402
from virtualsmartcard.CardGenerator import CardGenerator  # noqa: E402
from virtualsmartcard.ConstantDefinitions import FDB  # noqa: E402
from virtualsmartcard.SmartcardFilesystem import Record, RecordStructureEF, TransparentStructureEF  # noqa: E402

TRANSPARENT_FILE, RECORD_FILE = 0x1001, 0xEF06
TEXT = bytes(range(256)) * 2
RECORDS = (b"\x08\x12510107188704170022", b"\x09\x06\xc1\xd6\xd6\xaa\xcf\xc4")
VARIABLE = FDB["EFSTRUCTURE_LINEAR_VARIABLE_NOFURTHERINFO"]


class WithFiles(CardGenerator):  # type: ignore[misc]
    """The card as it comes, with a transparent file and one of two records."""

    def generateCard(self) -> None:
        super().generateCard()
        master: Any = self.mf
        master.append(TransparentStructureEF(master, TRANSPARENT_FILE, data=TEXT))
        records = [Record(number, data) for number, data in enumerate(RECORDS, 1)]
        master.append(RecordStructureEF(master, RECORD_FILE, VARIABLE, records=records))


if __name__ == "__main__":
    VirtualSmartcard.CardGenerator = WithFiles
    VirtualSmartcard.VirtualICC(None, "iso7816", sys.argv[1], int(sys.argv[2])).run()
