"""A TPM in software (Debian's swtpm), started and stopped by a test."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_LIMIT_S = 20.0


@contextmanager
def software_tpm(state: Path) -> Iterator[str]:
    """A running TPM with its state in ``state``; gives the TCTI string. Starting it again is a boot: fresh PCRs."""
    state.mkdir(parents=True, exist_ok=True)
    socket = state / "tpm.sock"
    with (state / "swtpm.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *("swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}"),
                *("--server", f"type=unixio,path={socket}", "--ctrl", f"type=unixio,path={socket}.ctrl"),
                *("--flags", "not-need-init,startup-clear"),
            ],
            stdout=log,
            stderr=log,
        )
    try:
        until = time.monotonic() + START_LIMIT_S
        while not (socket.exists() and Path(f"{socket}.ctrl").exists()):
            assert process.poll() is None, (state / "swtpm.log").read_text()
            assert time.monotonic() < until, "swtpm does not listen"
            time.sleep(0.005)
        yield f"swtpm:path={socket}"
    finally:
        process.terminate()
        process.wait()
        for left in (socket, Path(f"{socket}.ctrl")):
            left.unlink(missing_ok=True)
