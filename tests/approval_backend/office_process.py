"""A real office in a process of its own, and a kiosk that talks to it over HTTP."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx

from wire.canonical import bytes_sha256
from wire.device_auth import sign_request
from wire.envelopes import Body, seal
from wire.messages import Decision, Envelope
from wire.signing import SigningKey

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 60
DEVICE = "kiosk-0001"


def office_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "approval_backend", *arguments]


class OfficeProcess:
    """`python -m approval_backend serve`, killed at the end; ``kill`` is SIGKILL, ``start`` starts it again."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data, self.address, self.port, self.options = data, "", 0, options
        self.log = data.parent / "office.log"
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                office_command("serve", "--data", str(self.data), "--port", str(self.port), *self.options),
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        too_late = threading.Timer(START_LIMIT_S, self._process.kill)
        too_late.start()
        line = self._process.stdout.readline().strip()
        too_late.cancel()
        assert line.startswith("READY http://"), f"not ready: {line!r}\n{self.log.read_text()}"
        self.address = line.removeprefix("READY ")
        self.port = int(self.address.rsplit(":", 1)[1])  # the same again after a restart

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


class Kiosk:
    """Signs and sends as a kiosk does."""

    def __init__(self, office: OfficeProcess, key: SigningKey, device_id: str = DEVICE) -> None:
        self.office, self.key, self.device_id = office, key, device_id
        self._http = httpx.Client(timeout=60, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def signed(self, method: str, path: str, body: bytes = b"", **headers: str) -> httpx.Response:
        signature = sign_request(method, path, body, self.device_id, self.key)
        return self._http.request(method, self.office.address + path, content=body, headers=signature | headers)

    def get(self, path: str) -> httpx.Response:
        return self._http.get(self.office.address + path)

    def put_material(self, content: bytes, media_type: str = "image/jpeg") -> httpx.Response:
        path = f"/v1/materials/{bytes_sha256(content)}"
        return self.signed("PUT", path, content, **{"Content-Type": media_type})

    def seal(self, body: Body) -> Envelope:
        return seal(body, self.device_id, self.key)

    def send(self, envelope: Envelope) -> httpx.Response:
        return self._http.post(self.office.address + "/v1/intake", content=envelope.model_dump_json())

    def decision(self, application_id: str, wait_s: int = 30) -> Decision:
        answer = self.signed("GET", f"/v1/applications/{application_id}/decision?wait={wait_s}")
        if answer.status_code == 204:  # the machine is busy with other tests: once more
            answer = self.signed("GET", f"/v1/applications/{application_id}/decision?wait={wait_s}")
        assert answer.status_code == 200, answer.text
        return Decision.model_validate_json(answer.content)
