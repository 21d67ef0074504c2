"""The bench as its users have it: a process, its bench.json, its dock."""

from __future__ import annotations

import json
import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from drivers.device import Blocked, Driver, Fault, Ready, Warning
from drivers.registry import DeviceConfig, build_driver

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 60  # the first time the camera's people are drawn


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(4096):
            self.request.sendall(data)


@dataclass
class Rig:
    process: subprocess.Popen[bytes]
    folder: Path
    bench: dict[str, Any]
    dock: httpx.Client

    def push(self, panel: str, **what: Any) -> httpx.Response:
        return self.dock.post(f"/{panel}", json=what)

    def state(self) -> dict[str, Any]:
        told: dict[str, Any] = self.dock.get("/state").json()
        return told

    def driver(self, device: str) -> Any:
        return build_driver(device, DeviceConfig.model_validate(self.bench["devices"][device]))


def start(folder: Path, office_port: int) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    command = [sys.executable, "-m", "drivers.rig", "up", "--dir", str(folder), "--backend", f"127.0.0.1:{office_port}"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    deadline = monotonic() + START_LIMIT_S
    while not (folder / "bench.json").exists():
        assert process.poll() is None, "the rig ended while starting"
        assert monotonic() < deadline, "the rig did not start in time"
        sleep(0.05)
    return process, json.loads((folder / "bench.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def office_port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as office:
        office.daemon_threads = True
        threading.Thread(target=office.serve_forever, daemon=True).start()
        yield office.server_address[1]
        office.shutdown()


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory, office_port: int) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("rig")
    process, bench = start(folder, office_port)
    with httpx.Client(base_url=bench["dock"], timeout=20) as dock:
        yield Rig(process, folder, bench, dock)
    process.terminate()
    assert process.wait(20) == 0


def call(url: str, text: bytes) -> bytes:
    host, _, port = url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as line:
        line.sendall(text)
        return line.recv(100)


def opened(driver: Driver) -> Any:
    driver.open()
    return driver


def test_every_device_of_bench_json_opens_with_its_driver_and_is_well(rig: Rig) -> None:
    rig.push("camera", face="holder")
    for device in rig.bench["devices"]:
        driver = opened(rig.driver(device))
        try:
            assert driver.status() == Ready(), device
        finally:
            driver.close()


def test_a_card_that_is_put_can_be_read(rig: Rig) -> None:
    assert rig.push("id_card", action="put", person="neighbour").json()["card"] == "neighbour"
    reader = opened(rig.driver("id_card"))
    assert reader.read_card().birth_date == "18790923"
    reader.close()
    assert rig.push("id_card", action="take").json()["card"] is None


def test_a_pulled_cable_refuses_and_a_plugged_one_carries_again(rig: Rig) -> None:
    url = rig.bench["network"]["listen"]
    assert call(url, b"hello") == b"hello"
    host, _, port = url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as running:
        running.sendall(b"before")
        assert running.recv(100) == b"before"
        rig.push("network", action="off")
        with pytest.raises(ConnectionResetError):
            running.recv(100)
    with pytest.raises(ConnectionRefusedError):
        call(url, b"x")
    rig.push("network", action="on")
    assert call(url, b"again") == b"again"


@pytest.mark.parametrize(
    ("panel", "push", "allowed"),
    [
        ("id_card", {"action": "put", "person": "stranger"}, "neighbour"),
        ("id_card", {"action": "eat"}, "take"),
        ("id_card", {"action": "misbehave", "kind": "sing"}, "silence"),
        ("camera", {"face": "dog"}, "nobody"),
        ("camera", {"act": "dance"}, "blink"),
        ("camera", {"fase": "holder"}, "fase"),
        ("document_camera", {"page": "novel"}, "proof"),
        ("thermal_printer", {"action": "eat"}, "refill"),
        ("laser_printer", {"action": "eat"}, "refill"),
        ("laser_printer", {"action": "jam", "media": "a0"}, "iso_a3_297x420mm"),
        ("network", {"action": "maybe"}, "off"),
    ],
)
def test_a_push_that_is_not_known_is_422_and_names_what_is(
    rig: Rig, panel: str, push: dict[str, str], allowed: str
) -> None:
    answer = rig.push(panel, **push)
    assert answer.status_code == 422
    assert allowed in answer.text


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b'{"action":' + b"[" * 500])
def test_nonsense_to_the_dock_is_422(rig: Rig, body: bytes) -> None:
    answer = rig.dock.post("/laser_printer", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


def test_a_licence_reaches_the_paper_folder_and_the_dock(rig: Rig) -> None:
    printer = opened(rig.driver("laser_printer"))
    printer.print_document(b"%PDF-1.7\n%%EOF\n", "iso_a4_210x297mm", "rig-licence")
    printed = rig.state()["laser_printer"]["printed"][-1]
    assert (Path(rig.bench["paper"]["licences"]) / printed).read_bytes() == b"%PDF-1.7\n%%EOF\n"
    assert rig.dock.get(f"/licences/{printed}").content == b"%PDF-1.7\n%%EOF\n"


def test_no_name_leads_out_of_the_paper_folder(rig: Rig) -> None:
    assert rig.dock.get("/licences/..%2f..%2fbench.json").status_code == 404
    assert rig.dock.get("/receipts/%2e%2e").status_code == 404


def test_one_paper_can_be_empty_alone(rig: Rig) -> None:
    rig.push("laser_printer", action="paper_out", media="iso_a3_297x420mm")
    printer = opened(rig.driver("laser_printer"))
    assert printer.status_for("iso_a3_297x420mm") == Blocked("laser_printer.paper_out")
    assert printer.status_for("iso_a4_210x297mm") == Ready()
    rig.push("laser_printer", action="refill")
    assert printer.status() == Ready()


def children_of(pid: int) -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state not in "ZX":
            found.add(int(stat.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_survives_the_rig(tmp_path: Path, office_port: int, how: signal.Signals) -> None:
    process, bench = start(tmp_path, office_port)
    children = children_of(process.pid)
    assert len(children) >= 4  # D-Bus, two printers, cupsd
    process.send_signal(how)
    process.wait(20)
    deadline = monotonic() + 10
    while any(alive(child) for child in children):
        assert monotonic() < deadline, "a process outlived the rig"
        sleep(0.05)
    with pytest.raises(httpx.ConnectError):
        httpx.get(bench["dock"])


def test_the_docks_buttons_open_the_housing_and_cut_the_mains(rig: Rig) -> None:
    contacts, ups = rig.driver("sensors"), rig.driver("ups")
    contacts.open()
    assert (contacts.status(), ups.status()) == (Ready(), Ready())
    rig.push("sensors", action="open", contact="tamper")
    rig.push("ups", action="play", scene="battery")
    assert contacts.status() == Blocked("sensors.tampered")
    assert ups.status() == Warning("ups.on_battery")
    assert rig.state()["sensors"]["open"] == ["tamper"]
    rig.push("sensors", action="close", contact="tamper")
    rig.push("ups", action="play", scene="mains")
    contacts.acknowledge()
    assert (contacts.status(), ups.status()) == (Ready(), Ready())
    assert rig.push("ups", action="play", scene="lightning").status_code == 422
    assert rig.push("sensors", action="misbehave", kind="politely").status_code == 422
    contacts.close()
    ups.close()


def test_every_button_of_the_page_can_be_pushed(rig: Rig) -> None:
    known = rig.dock.get("/buttons").json()
    assert set(known) <= set(rig.bench["devices"])
    late = {"kill_spooler", "restart_spooler", "freeze_spooler", "thaw_spooler"}  # tests/drivers/laser_printer has them
    for panel, pushes in known.items():
        assert pushes
        for push in pushes:
            if push.get("action") in late or push.get("kind") == "unplugged_mid_read":
                continue
            assert rig.push(panel, **push).status_code == 200, (panel, push)
    for panel, heal in (
        ("id_card", "behave"), ("thermal_printer", "behave"), ("thermal_printer", "power_on"),
        ("thermal_printer", "repair"), ("thermal_printer", "refill"), ("thermal_printer", "cover_close"),
        ("thermal_printer", "cutter_clear"), ("thermal_printer", "cool_down"), ("laser_printer", "refill"),
        ("sensors", "behave"), ("ups", "behave"),
    ):  # fmt: skip
        assert rig.push(panel, action=heal).status_code == 200
    for panel in ("camera", "document_camera"):
        assert rig.push(panel, misbehave="well").status_code == 200


def test_a_reader_that_is_plugged_in_again_has_its_lasting_name(rig: Rig) -> None:
    reader = opened(rig.driver("id_card"))
    rig.push("id_card", action="unplug")
    with pytest.raises(Fault):
        for _ in range(20):
            reader.status()
    reader.close()
    rig.push("id_card", action="replug")
    rig.push("id_card", action="put", person="holder")
    reader = opened(rig.driver("id_card"))
    assert reader.read_card().name == "林知夏"
    reader.close()
    rig.push("id_card", action="take")
