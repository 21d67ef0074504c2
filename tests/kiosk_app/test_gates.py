"""Capability before promise."""

from __future__ import annotations

import pytest

from drivers.device import Blocked, Missing, Ready, Status, Unknown, Warning
from kiosk_app.catalogue.forms import Form
from kiosk_app.catalogue.services import NOT_OFFERED, Catalogue, Service
from kiosk_app.health.gates import NEEDS_NETWORK, NO_CATALOGUE, NO_STOCK, OFFLINE_QUEUED, offers, out_of_service
from kiosk_app.session.model import ServiceOffer
from wire.text import Bilingual

WORD = Bilingual(zh="字", en="word")
FORM = Form({"type": "object", "properties": {}, "x-pages": []})
WELL: dict[str, Status] = {name: Ready() for name in ("id_card", "camera", "laser_printer", "thermal_printer")}


def offer(statuses: dict[str, Status], *, stock: int = 5, online: bool = True, offline: bool = True) -> ServiceOffer:
    service = Service("AA-01", WORD, WORD, WORD, ("laser_printer", "stock:a3"), offline=offline, form=FORM)
    return offers(Catalogue("1", {"AA-01": service}), statuses, lambda _: stock, online)[0]


def test_everything_ready_is_available_without_reasons() -> None:
    assert offer(WELL).available
    assert not offer(WELL).reasons


def test_a_warning_does_not_block() -> None:
    assert offer({**WELL, "laser_printer": Warning("laser_printer.toner_low")}).available


def test_blocked_missing_unknown_and_never_asked_all_block_with_a_reason() -> None:
    states: list[Status | None] = [Blocked("laser_printer.paper_out"), Missing(), Unknown(), None]
    for status in states:
        statuses = {name: s for name, s in WELL.items() if name != "laser_printer"}
        if status is not None:
            statuses["laser_printer"] = status
        made = offer(statuses)
        assert not made.available
        assert made.reasons[0].zh
        assert made.reasons[0].en


def test_no_sheets_left_blocks() -> None:
    assert offer(WELL, stock=0).reasons == (NO_STOCK,)


def test_without_a_network_an_offline_service_says_that_it_queues() -> None:
    made = offer(WELL, online=False)
    assert made.available
    assert made.reasons == (OFFLINE_QUEUED,)


def test_without_a_network_another_service_is_greyed_out() -> None:
    assert offer(WELL, online=False, offline=False).reasons == (NEEDS_NETWORK,)


def test_a_service_that_is_only_listed_says_so() -> None:
    listed = Service("AA-02", WORD, WORD, WORD)
    made = offers(Catalogue("1", {"AA-02": listed}), WELL, lambda _: 1, True)[0]
    assert made.reasons == (NOT_OFFERED,)


@pytest.mark.parametrize("need", ["document:tax_certificate", "function:queue", "connection:tax"])
def test_what_this_hall_cannot_do_at_all_is_found_by_search_and_not_advertised(need: str) -> None:
    service = Service("PS-19", WORD, WORD, WORD, (need,), form=FORM)
    (made,) = offers(Catalogue("1", {"PS-19": service}), WELL, lambda _: 1, True)
    assert (made.available, made.listed_only, made.reasons) == (False, True, (NOT_OFFERED,))


@pytest.mark.parametrize("need", ["document:business_licence_original", "connection:tax"])
def test_what_this_hall_has_is_offered(need: str) -> None:
    service = Service("PS-19", WORD, WORD, WORD, (need,), form=FORM)
    catalogue = Catalogue("1", {"PS-19": service}, {"connections": ["tax"]})
    (made,) = offers(catalogue, WELL, lambda _: 1, True)
    assert made.available


def test_without_reader_camera_or_catalogue_the_door_is_shut() -> None:
    assert out_of_service(None, WELL) == NO_CATALOGUE
    catalogue = Catalogue("1")
    assert out_of_service(catalogue, WELL) is None
    for device in ("id_card", "camera"):
        assert out_of_service(catalogue, {**WELL, device: Missing()}) is not None
