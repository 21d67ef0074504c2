"""The camera driver against the simulator over HTTP, and against a file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import structlog
from numpy.typing import NDArray

from drivers.camera import clips
from drivers.camera.simulator import CameraSimulator, face_image
from drivers.camera.uvc import UvcCamera, create
from drivers.device import Blocked, Fault, Missing, Ready, Unknown

LIMIT_S = 20.0


@pytest.fixture(scope="module")
def running() -> Iterator[CameraSimulator]:
    simulator = CameraSimulator(who="holder")
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def simulator(running: CameraSimulator) -> CameraSimulator:
    running.misbehave("well")
    running.show("holder")
    return running


@pytest.fixture
def camera(simulator: CameraSimulator) -> Iterator[UvcCamera]:
    device = create(simulator.port)
    device.open()
    yield device
    device.close()


def fault_of(camera: UvcCamera) -> str:
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        try:
            camera.frame()
        except Fault as fault:
            return fault.code
    raise AssertionError("no fault in time")


def test_a_frame_is_colour_640_by_480_and_ready(camera: UvcCamera) -> None:
    frame = camera.frame()
    assert frame.shape == (480, 640, 3) and frame.dtype == np.uint8
    assert camera.status() == Ready()


def test_what_piled_up_is_dropped_for_the_newest(simulator: CameraSimulator, camera: UvcCamera) -> None:
    suit = camera.frame()[440:, 60:100].mean()
    served = []
    original = simulator._server._next_jpeg
    simulator._server._next_jpeg = lambda: served.append(1) or original()  # type: ignore[func-returns-value]
    wait_for(lambda: len(served) >= 5)  # five frames that nobody reads lie in the socket
    simulator.show("nobody")
    simulator._server._next_jpeg = original
    looks = [abs(float(camera.frame()[440:, 60:100].mean()) - float(suit)) for _ in range(2)]
    assert max(looks) > 15  # the second look at the latest is new, not the sixth


def wait_for(truth) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + LIMIT_S
    while not truth():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("mode", "code"),
    [("black", "camera.black"), ("frozen", "camera.frozen"), ("silent", "camera.lost"), ("dropped", "camera.lost")],
)
def test_each_misbehaviour_has_its_fault_and_ends_with_a_new_open(
    mode: str, code: str, simulator: CameraSimulator, camera: UvcCamera
) -> None:
    camera.frame()
    simulator.misbehave(mode)
    assert fault_of(camera) == code
    simulator.misbehave("well")
    camera.open()
    assert camera.status() == Ready()


def test_status_tells_black_from_missing(simulator: CameraSimulator, camera: UvcCamera) -> None:
    simulator.misbehave("black")
    fault_of(camera)
    assert camera.status() == Blocked("camera.black")
    simulator.misbehave("gone")
    wait_for(lambda: camera.status() != Blocked("camera.black"))
    assert camera.status() in (Missing(), Unknown())
    with pytest.raises(Fault, match=r"camera\.lost"):
        camera.open()


def test_a_port_where_nothing_is_faults_at_once(tmp_path: Path) -> None:
    for port in ("/dev/v4l/by-id/usb-nothing-here-video-index0", str(tmp_path / "absent.avi"), "http://127.0.0.1:9/"):
        with pytest.raises(Fault, match=r"camera\.lost"):
            create(port).open()


def test_a_file_that_is_no_video_faults(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.mjpeg"
    garbage.write_bytes(bytes(np.random.default_rng(0).integers(0, 255, 50_000, np.uint8)))
    with pytest.raises(Fault, match=r"camera\.lost"):
        camera = create(str(garbage))
        camera.open()
        camera.frame()


def test_close_may_be_called_twice_and_a_closed_camera_is_unknown(simulator: CameraSimulator) -> None:
    camera = create(simulator.port)
    assert camera.status() == Unknown()
    camera.open()
    camera.close()
    camera.close()
    with pytest.raises(Fault, match=r"camera\.lost"):
        camera.frame()


def test_a_video_file_plays_and_begins_again(tmp_path: Path) -> None:
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20, (64, 48))
    for shade in (60, 120, 180):
        writer.write(np.full((48, 64, 3), shade, np.uint8))
    writer.release()
    camera = create(str(path))
    camera.open()
    shades = [round(float(camera.frame().mean()) / 60) for _ in range(7)]
    assert shades == [1, 2, 3, 1, 2, 3, 1]


def test_the_acts_look_different_and_end_in_neutral(simulator: CameraSimulator, camera: UvcCamera) -> None:
    def face_region() -> NDArray[np.float32]:
        return camera.frame()[130:330, 250:420].astype(np.float32)

    neutral = face_region()
    simulator.act("turn_left")
    apart: list[float] = []
    end = time.monotonic() + LIMIT_S
    while not (len(apart) > 3 and max(apart) > 20 and apart[-1] < 12):
        assert time.monotonic() < end
        apart.append(float(np.abs(face_region() - neutral).mean()))


def test_clips_are_drawn_once_and_read_back_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clips, "poses", lambda act: [clips._pose(act, part) for part in (0.0, 0.5)])
    first = clips.load(tmp_path)
    monkeypatch.setattr(clips, "somebody", None)  # whoever draws now fails
    assert clips.load(tmp_path) == first
    assert {len(frames) for frames in first.values()} == {2}
    assert [folder.name.split("-")[0] for folder in tmp_path.iterdir()] == ["faces"]


def test_card_stills_have_the_card_s_size() -> None:
    assert face_image("holder").shape == face_image("other").shape == (126, 102, 3)
    with pytest.raises(ValueError, match="nobody"):
        face_image("nobody")


def test_unknown_people_acts_and_misbehaviours_are_named(simulator: CameraSimulator) -> None:
    for call in (simulator.show, simulator.act, simulator.misbehave):
        with pytest.raises(ValueError, match="dance"):
            call("dance")


def test_what_the_camera_agreed_to_is_known_and_another_size_is_told(simulator: CameraSimulator) -> None:
    device = create(simulator.port)
    assert device.granted is None
    device.open()
    assert device.granted is not None
    assert (device.granted.width, device.granted.height) == (640, 480)
    device.close()
    larger = create(simulator.port, 1920, 1080)
    with structlog.testing.capture_logs() as said:
        larger.open()
    larger.close()
    told = [line for line in said if line["event"] == "camera_other_size"]
    assert len(told) == 1 and told[0]["wished"] == (1920, 1080)
