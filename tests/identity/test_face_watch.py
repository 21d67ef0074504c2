"""The face watch where the card's photo is the trouble: told as that, not as a camera's fault."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest

from drivers.camera.simulator import CameraSimulator
from drivers.camera.uvc import UvcCamera, create
from drivers.device import Fault, Ready
from drivers.host import DeviceHost
from drivers.id_card import text
from drivers.id_card.card import IdCard
from drivers.id_card.cards import card_for, refused_cards
from drivers.id_card.photo import Bgr, CardPhotos
from kiosk_app.identity.face_watch import FaceWatch
from kiosk_app.identity.models import FaceModels
from kiosk_app.session import events
from tests.drivers.id_card.conftest import PEOPLE, some_face
from tests.drivers.listening import LIMIT_S, Listener
from tests.identity.posts import Posts

CONSENT = datetime.now(UTC).isoformat()
HOLDER = dict(PEOPLE["holder"])


def card_with(photo: bytes) -> IdCard:
    read = text.parse(card_for(HOLDER, some_face(), "holder").text)
    return IdCard(**{**{name: getattr(read, name) for name in read.__dataclass_fields__}, "photo": photo})


@pytest.fixture
def heard() -> Listener:
    return Listener()


@pytest.fixture
def host(simulator: CameraSimulator, heard: Listener) -> Iterator[DeviceHost[UvcCamera]]:
    made: DeviceHost[UvcCamera] = DeviceHost("camera", lambda: create(simulator.port), heard, poll_s=0.2)
    made.start()
    heard.status(Ready)
    yield made
    made.stop()


@pytest.mark.parametrize(
    "photo",
    [
        refused_cards(HOLDER, some_face())["photo_undecodable"].photo,
        b"WLf\0".ljust(1024, b"\1"),  # the vendor's format, and no library
        card_for(HOLDER, np.full((126, 102, 3), 200, np.uint8), "nobody").photo,
    ],
    ids=["damaged", "no decoder", "no face on it"],
)
def test_a_photo_that_cannot_be_compared_is_told_as_that_and_the_camera_is_not_blamed(
    host: DeviceHost[UvcCamera], heard: Listener, models: FaceModels, photo: bytes
) -> None:
    posts = Posts()
    faces = FaceWatch(host, models, posts, CardPhotos().decode)  # type: ignore[arg-type]
    faces.begin("session", card_with(photo), 1, CONSENT)
    assert posts.next(events.FaceRefused) == events.FaceRefused("session", "photo")
    assert heard.codes() == []
    assert faces.frame() is None


def test_an_end_while_the_photo_is_decoded_leaves_nothing_running(
    host: DeviceHost[UvcCamera], models: FaceModels
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(block: bytes) -> Bgr:
        begun.set()
        assert go_on.wait(LIMIT_S)
        return CardPhotos().decode(block)

    posts = Posts()
    faces = FaceWatch(host, models, posts, slow)  # type: ignore[arg-type]
    faces.begin("session", card_with(card_for(HOLDER, some_face(), "holder").photo), 1, CONSENT)
    assert begun.wait(LIMIT_S)
    faces.end()
    go_on.set()
    host.submit("session", lambda camera: camera.status()).result(LIMIT_S)  # behind the step that was running
    assert posts.of(object) == []
    assert faces.frame() is None


def test_a_fault_after_the_end_is_nobodys_refusal(host: DeviceHost[UvcCamera], models: FaceModels) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def fails_late(_: bytes) -> Bgr:
        begun.set()
        assert go_on.wait(LIMIT_S)
        raise Fault("id_card.photo_undecodable")

    posts = Posts()
    faces = FaceWatch(host, models, posts, fails_late)  # type: ignore[arg-type]
    faces.begin("session", card_with(bytes(1024)), 1, CONSENT)
    assert begun.wait(LIMIT_S)
    faces.end()
    go_on.set()
    host.submit("session", lambda camera: camera.status()).result(LIMIT_S)
    assert posts.of(object) == []
