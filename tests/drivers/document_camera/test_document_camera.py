"""The document camera over HTTP: pages captured, refused, read back."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from drivers.device import Fault, Ready
from drivers.document_camera.page import LONG_SIDE, MAX_JPEG_BYTES, find_page, page_jpeg
from drivers.document_camera.paper import PEOPLE, WRONG_ADDRESS, draw_tenancy, on_desk, tenancy_of
from drivers.document_camera.simulator import DocumentCameraSimulator
from drivers.document_camera.uvc import UvcDocumentCamera, create

LIMIT_S = 20.0


@pytest.fixture(scope="module")
def running() -> Iterator[DocumentCameraSimulator]:
    simulator = DocumentCameraSimulator()
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def simulator(running: DocumentCameraSimulator) -> DocumentCameraSimulator:
    running.misbehave("well")
    running.show("none")
    return running


@pytest.fixture
def camera(simulator: DocumentCameraSimulator) -> Iterator[UvcDocumentCamera]:
    device = create(simulator.port)
    device.open()
    yield device
    device.close()


def capture(camera: UvcDocumentCamera) -> bytes | str:
    try:
        return camera.capture()
    except Fault as fault:
        return fault.code


def captured(camera: UvcDocumentCamera, wanted: str) -> bytes | str:
    """Captures until the new paper has reached the picture; the last frame of the old one may still come."""
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        got = capture(camera)
        if (wanted == "jpeg" and isinstance(got, bytes)) or got == wanted:
            return got
    raise AssertionError(f"still {got if isinstance(got, str) else 'a page'}")


def test_a_page_comes_straight_and_small_enough(simulator: DocumentCameraSimulator, camera: UvcDocumentCamera) -> None:
    simulator.show("proof")
    jpeg = captured(camera, "jpeg")
    assert isinstance(jpeg, bytes) and len(jpeg) <= MAX_JPEG_BYTES
    page = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    assert max(page.shape) == LONG_SIDE
    assert abs(page.shape[0] / page.shape[1] - 2**0.5) < 0.03  # A4
    edge = np.concatenate([page[:6].reshape(-1, 3), page[-6:].reshape(-1, 3)])
    assert np.median(edge) > 170  # paper to the rim, no desk
    assert camera.status() == Ready()


@pytest.mark.parametrize(("paper", "code"), [("none", "no_page"), ("blurred", "blurred"), ("glare", "glare")])
def test_a_bad_page_is_refused_with_its_reason(
    paper: str, code: str, simulator: DocumentCameraSimulator, camera: UvcDocumentCamera
) -> None:
    simulator.show(paper)
    captured(camera, f"document_camera.{code}")


@pytest.mark.parametrize(
    ("mode", "code"), [("black", "black"), ("frozen", "frozen"), ("silent", "lost"), ("dropped", "lost")]
)
def test_the_camera_s_own_faults_carry_its_own_name(
    mode: str, code: str, simulator: DocumentCameraSimulator, camera: UvcDocumentCamera
) -> None:
    simulator.show("proof")
    camera.frame()
    simulator.misbehave(mode)
    captured(camera, f"document_camera.{code}")


@pytest.mark.parametrize("angle", [-12, 0, 9])
def test_a_page_askew_is_found_at_its_corners(angle: float) -> None:
    desk = on_desk(draw_tenancy(tenancy_of("holder")))
    height, width = desk.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 0.8)
    turned = np.asarray(cv2.warpAffine(desk, turn, (width, height), borderValue=(45, 55, 65)), np.uint8)
    corners = find_page(turned)
    assert corners is not None
    truth = np.array([[118, 96, 1], [1424, 128, 1], [1402, 1972, 1], [92, 1950, 1]]) @ turn.T
    assert np.abs(corners - truth).max() < 20  # pixels of 2,048


@pytest.mark.parametrize("shade", [0, 60, 128, 250])
def test_an_even_picture_is_no_page(shade: int) -> None:
    with pytest.raises(Fault, match=r"no_page|too_dark"):
        page_jpeg(np.full((1200, 900, 3), shade, np.uint8))


def test_noise_is_refused_by_name() -> None:
    with pytest.raises(Fault, match="document_camera"):
        page_jpeg(np.random.default_rng(2).integers(0, 255, (1200, 900, 3), np.uint8))


def test_an_empty_sheet_is_refused() -> None:
    sheet = np.full((2339, 1654, 3), 248, np.uint8)
    with pytest.raises(Fault, match="blurred"):
        page_jpeg(on_desk(sheet))


def test_a_recogniser_reads_name_address_and_term_off_the_captured_page(
    simulator: DocumentCameraSimulator, camera: UvcDocumentCamera
) -> None:
    rapidocr = pytest.importorskip("rapidocr")
    simulator.show("proof")
    jpeg = captured(camera, "jpeg")
    assert isinstance(jpeg, bytes)
    read = rapidocr.RapidOCR(params={"Global.log_level": "error"})(cv2.imdecode(np.frombuffer(jpeg, np.uint8), 1))
    text = "\n".join(read.txts)
    holder = tomllib.loads(PEOPLE.read_text("utf-8"))["holder"]
    assert f"承租方（乙方）：{holder['name']}" in text
    assert f"房屋坐落：{holder['premises_address']}" in text
    assert "租赁期限：自2026年01月01日至2029年12月31日" in text


def test_the_wrong_address_is_another_one() -> None:
    assert tenancy_of("holder", WRONG_ADDRESS).address != tenancy_of("holder").address
    assert not np.array_equal(draw_tenancy(tenancy_of("holder", WRONG_ADDRESS)), draw_tenancy(tenancy_of("holder")))


def test_a_still_desk_is_never_a_frozen_camera() -> None:
    """A driver's questions fall in step with any few frames in turn: every frame must be another."""
    desk = DocumentCameraSimulator("proof")
    assert len({desk._next_jpeg() for _ in range(12)}) > 10
