"""The dock: a page on loopback with a panel a device, whose buttons push the simulators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from fastapi import Body, FastAPI, HTTPException
from fastapi.responses import FileResponse, HTMLResponse
from pydantic import BaseModel, ConfigDict

from drivers.camera import simulator as camera
from drivers.code_scanner import simulator as code_scanner
from drivers.document_camera import simulator as document_camera
from drivers.fingerprint import simulator as fingerprint
from drivers.id_card import simulator as id_card
from drivers.laser_printer import simulator as laser_printer
from drivers.rig.bench import Bench, people
from drivers.rig.kiosk_log import recent_faults
from drivers.sensors import simulator as sensors
from drivers.thermal_printer import simulator as thermal_printer
from drivers.ups import simulator as ups

PAGE = Path(__file__).with_name("dock.html")


class _Push(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CardPush(_Push):
    action: Literal["put", "take", "misbehave", "behave", "babble", "unplug", "replug"]
    person: str = "holder"
    kind: str = "garbage"
    times: int | None = None
    hex: str = ""


class FacePush(_Push):
    face: str | None = None
    act: str | None = None
    misbehave: str | None = None


class PagePush(_Push):
    page: str | None = None
    person: str = "holder"
    misbehave: str | None = None


class PrinterPush(_Push):
    action: str
    lines: int = 0
    hex: str = ""


class LaserPush(_Push):
    action: str
    media: str | None = None  # one printer's paper; both printers without it


class SensorsPush(_Push):
    action: Literal["open", "close", "misbehave", "behave"]
    contact: Literal["door", "tamper"] = "door"
    kind: str = "silence"


class UpsPush(_Push):
    action: Literal["play", "misbehave", "behave"]
    scene: str = "mains"
    kind: str = "silence"


class FingerPush(_Push):
    action: Literal["press", "lift", "misbehave", "behave"]
    finger: int = 1  # its number; the same number is the same finger
    kind: str = "silence"


class ScannerPush(_Push):
    action: Literal["show", "misbehave", "behave"]
    text: str = "https://hall.example/p/AbCdEfGh"
    kind: str = "cut_off"


class NetworkPush(_Push):
    action: Literal["on", "off", "delay"]
    seconds: float = 0.0


def create_dock(bench: Bench) -> FastAPI:
    """The page, its state and its buttons. What a simulator does not know is a 422 that names what it knows."""
    app = FastAPI(title="dock", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/")
    def page() -> HTMLResponse:
        return HTMLResponse(PAGE.read_text(encoding="utf-8"))

    @app.get("/buttons")
    def buttons() -> dict[str, list[dict[str, str]]]:
        return every_button()

    @app.get("/state")
    def state() -> dict[str, Any]:
        return _state(bench)

    @app.get("/receipts")
    def receipts() -> list[str]:
        return bench.thermal_printer.texts

    @app.get("/receipts/{name}")
    def receipt(name: str) -> FileResponse:
        return _file(bench.receipts, name)

    @app.get("/licences/{name}")
    def licence(name: str) -> FileResponse:
        return _file(bench.laser_printer.licences, name)

    @app.post("/id_card")
    def push_id_card(push: CardPush = Body()) -> dict[str, Any]:
        match push.action:
            case "put":
                known = sorted(people())
                if push.person not in known:
                    raise HTTPException(422, f"person: {push.person!r} is none of {', '.join(known)}")
                bench.put_card(push.person)
            case "take":
                bench.id_card.take()
            case "unplug":
                bench.id_card.close()
            case "replug":
                bench.replug_reader()
            case "behave":
                bench.id_card.behave()
            case "babble":
                bench.id_card.babble(_bytes(push.hex))
            case "misbehave":
                _try(lambda: bench.id_card.misbehave(push.kind, push.times))
        return bench.id_card.state()

    @app.post("/camera")
    def push_camera(push: FacePush = Body()) -> dict[str, Any]:
        if push.face is not None:
            _try(lambda: bench.camera.show(str(push.face)))
        if push.act is not None:
            _try(lambda: bench.camera.act(str(push.act)))
        if push.misbehave is not None:
            _try(lambda: bench.camera.misbehave(str(push.misbehave)))
        return {"face": bench.camera.who}

    @app.post("/document_camera")
    def push_document_camera(push: PagePush = Body()) -> dict[str, Any]:
        if push.page is not None:
            _try(lambda: bench.document_camera.show(str(push.page), push.person))
        if push.misbehave is not None:
            _try(lambda: bench.document_camera.misbehave(str(push.misbehave)))
        return {"page": push.page}

    @app.post("/thermal_printer")
    def push_thermal_printer(push: PrinterPush = Body()) -> dict[str, Any]:
        if push.action == "paper_out_after":
            bench.thermal_printer.paper_out_after(push.lines)
        elif push.action == "babble":
            bench.thermal_printer.babble(_bytes(push.hex))
        else:
            _try(lambda: bench.thermal_printer.act(push.action))
        return bench.thermal_printer.state()

    @app.post("/laser_printer")
    def push_laser_printer(push: LaserPush = Body()) -> dict[str, Any]:
        _try(lambda: bench.laser_printer.act(push.action, push.media))
        return bench.laser_printer.state()

    @app.post("/sensors")
    def push_sensors(push: SensorsPush = Body()) -> dict[str, Any]:
        match push.action:
            case "open":
                bench.sensors.open_contact(push.contact)
            case "close":
                bench.sensors.close_contact(push.contact)
            case "misbehave":
                _try(lambda: bench.sensors.misbehave(push.kind))
            case "behave":
                bench.sensors.behave()
        return bench.sensors.state()

    @app.post("/ups")
    def push_ups(push: UpsPush = Body()) -> dict[str, Any]:
        match push.action:
            case "play":
                _try(lambda: bench.ups.play(push.scene))
            case "misbehave":
                _try(lambda: bench.ups.misbehave(push.kind))
            case "behave":
                bench.ups.behave()
        return bench.ups.state()

    @app.post("/fingerprint")
    def push_fingerprint(push: FingerPush = Body()) -> dict[str, Any]:
        match push.action:
            case "press":
                bench.fingerprint.press(push.finger)
            case "lift":
                bench.fingerprint.lift()
            case "misbehave":
                _try(lambda: bench.fingerprint.misbehave(push.kind))
            case "behave":
                bench.fingerprint.behave()
        return bench.fingerprint.state()

    @app.post("/code_scanner")
    def push_code_scanner(push: ScannerPush = Body()) -> dict[str, Any]:
        match push.action:
            case "show":
                bench.code_scanner.show(push.text)
            case "misbehave":
                _try(lambda: bench.code_scanner.misbehave(push.kind))
            case "behave":
                bench.code_scanner.behave()
        return bench.code_scanner.state()

    @app.post("/network")
    def network(push: NetworkPush = Body()) -> dict[str, Any]:
        if push.action == "delay":
            bench.network.delay_s = push.seconds
        else:
            bench.network.switch(push.action == "on")
        return {"on": bench.network.on, "delay_s": bench.network.delay_s}

    return app


def every_button() -> dict[str, list[dict[str, str]]]:
    """By panel every misbehaviour that the simulators know, as what to push; the usual ones stand on the page."""
    kinds = {"id_card": id_card.KINDS, "sensors": sensors.KINDS, "ups": ups.KINDS}
    kinds |= {"fingerprint": fingerprint.KINDS, "code_scanner": code_scanner.KINDS}
    actions = {"thermal_printer": thermal_printer.ACTIONS, "laser_printer": laser_printer.ACTIONS}
    modes = {"camera": camera.MISBEHAVIOURS, "document_camera": document_camera.MISBEHAVIOURS}
    return {
        **{panel: [{"action": "misbehave", "kind": kind} for kind in known] for panel, known in kinds.items()},
        **{panel: [{"action": action} for action in known] for panel, known in actions.items()},
        **{panel: [{"misbehave": mode} for mode in known] for panel, known in modes.items()},
    }


def _state(bench: Bench) -> dict[str, Any]:
    return {
        "id_card": {**bench.id_card.state(), "traffic": _traffic(bench.id_card.traffic)},
        "camera": {"port": bench.camera.port, "face": bench.camera.who},
        "document_camera": {"port": bench.document_camera.port},
        "thermal_printer": {**bench.thermal_printer.state(), "traffic": _traffic(bench.thermal_printer.traffic)},
        "laser_printer": bench.laser_printer.state(),
        "sensors": {**bench.sensors.state(), "traffic": _traffic(bench.sensors.traffic)},
        "ups": {**bench.ups.state(), "traffic": _traffic(list(bench.ups.traffic))},
        "fingerprint": {**bench.fingerprint.state(), "traffic": _traffic(list(bench.fingerprint.traffic))},
        "code_scanner": {**bench.code_scanner.state(), "traffic": _traffic(bench.code_scanner.traffic)},
        "network": {"on": bench.network.on, "delay_s": bench.network.delay_s, "bytes": bench.network.carried},
        "people": sorted(people()),
        "kiosk_faults": recent_faults(bench.kiosk_log),
    }


def _traffic(chunks: list[tuple[str, bytes]]) -> list[str]:
    """The last eight chunks. Only their first bytes: frames begin with command and status, persons come later."""
    return [
        f"{'→' if way == 'in' else '←'} {data[:16].hex(' ')}{' …' if len(data) > 16 else ''}"
        for way, data in chunks[-8:]
    ]


def _try(push: Callable[[], object]) -> None:
    try:
        push()
    except (ValueError, KeyError) as error:
        raise HTTPException(422, str(error)) from error


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise HTTPException(422, f"hex: {error}") from error


def _file(folder: Path, name: str) -> FileResponse:
    # Only a name of the listing: no path can lead out of the folder.
    found = next((path for path in folder.glob("*") if path.name == name), None)
    if found is None:
        raise HTTPException(404, f"{name}: not there")
    return FileResponse(found)
