"""The card watch on a real reader driver: what is posted for cards that are read, refused, lifted and left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.faults import explain
from drivers.host import DeviceHost
from drivers.id_card.cards import SimulatedCard, card_for, refused_cards, specimen_card, specimens
from drivers.id_card.sam_serial import SamSerial, create
from drivers.id_card.simulator import IdCardSimulator
from kiosk_app.identity.card_watch import FINAL, CardWatch
from kiosk_app.session import events
from tests.drivers.id_card.conftest import PEOPLE, some_face
from tests.drivers.listening import Listener
from tests.identity.posts import Posts

SESSION = "session"
HOLDER = dict(PEOPLE["holder"])


@pytest.fixture
def reader() -> Iterator[IdCardSimulator]:
    simulator = IdCardSimulator()
    yield simulator
    simulator.close()


@pytest.fixture
def posts() -> Posts:
    return Posts()


@pytest.fixture
def watch(reader: IdCardSimulator, posts: Posts) -> Iterator[CardWatch]:
    host: DeviceHost[SamSerial] = DeviceHost("id_card", lambda: create(reader.port), Listener(), poll_s=0.1)
    host.start()
    made = CardWatch(host, posts)  # type: ignore[arg-type]
    made.begin(SESSION)
    yield made
    host.stop()


def good() -> SimulatedCard:
    return card_for(HOLDER, some_face(), "good")


def test_a_residents_card_is_read_once_and_seen_to_be_taken(
    watch: CardWatch, reader: IdCardSimulator, posts: Posts
) -> None:
    reader.put(good())
    read = posts.next(events.CardRead)
    assert (read.session_id, read.card.name) == (SESSION, HOLDER["name"])
    watch.stop()  # as the session does when it has a card
    reader.take()
    posts.next(events.CardLifted)
    assert len(posts.of(events.CardReading)) == 1


@pytest.mark.parametrize("code", ["expired", "not_yet_valid", "not_a_resident_card", "number_invalid", "text_invalid"])
def test_a_card_that_may_not_be_used_is_told_in_words_and_the_next_is_read(
    watch: CardWatch, reader: IdCardSimulator, posts: Posts, code: str
) -> None:
    reader.put(refused_cards(HOLDER, some_face())[code])
    refused = posts.next(events.CardRefused)
    assert refused.problem == explain(f"id_card.{code}").resident
    assert refused.again is (f"id_card.{code}" not in FINAL)
    reader.put(good())
    assert posts.next(events.CardRead).card.name == HOLDER["name"]


@pytest.mark.parametrize("label", specimens())
def test_a_card_that_the_services_are_not_made_for_is_told_where_to_go(
    watch: CardWatch, reader: IdCardSimulator, posts: Posts, label: str
) -> None:
    reader.put(specimen_card(label, some_face()))
    refused = posts.next(events.CardRefused)
    assert "窗口" in refused.problem.zh and "counter" in refused.problem.en
    assert not refused.again
    assert not posts.of(events.CardRead)


def test_another_kind_of_card_is_taken_where_the_deployment_serves_it(reader: IdCardSimulator, posts: Posts) -> None:
    host: DeviceHost[SamSerial] = DeviceHost("id_card", lambda: create(reader.port), Listener(), poll_s=0.1)
    host.start()
    permit = specimens()["permit"]
    watch = CardWatch(host, posts, served=frozenset({"residence_permit"}))  # type: ignore[arg-type]
    watch.begin(SESSION)
    reader.put(specimen_card("permit", some_face()))
    assert posts.next(events.CardRead).card.id_number == permit["id_number"]
    host.stop()


@pytest.mark.parametrize("ended", [False, True], ids=["in the session", "after its end"])
def test_a_refused_card_is_seen_to_be_taken(
    watch: CardWatch, reader: IdCardSimulator, posts: Posts, ended: bool
) -> None:
    reader.put(refused_cards(HOLDER, some_face())["expired"])
    posts.next(events.CardRefused)
    if ended:
        watch.stop()
    assert not posts.of(events.CardLifted)
    reader.take()
    posts.next(events.CardLifted)


def test_a_card_lifted_in_the_middle_may_be_laid_down_again(
    watch: CardWatch, reader: IdCardSimulator, posts: Posts
) -> None:
    reader.misbehave("lifted_mid_read", times=1)
    reader.put(good())
    refused = posts.next(events.CardRefused)
    assert refused.problem == explain("id_card.lifted").resident
    assert refused.again
    reader.put(good())
    posts.next(events.CardRead)
