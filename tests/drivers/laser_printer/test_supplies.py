"""Toner levels and trays, as far as a printer tells."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.device import Blocked, Ready, Warning
from drivers.laser_printer import ipp
from drivers.laser_printer.cups import CupsLaserPrinter, create
from drivers.laser_printer.simulated_ipp import SimulatedIppPrinter
from drivers.laser_printer.simulator import PrintStack
from drivers.laser_printer.supplies import Supply
from drivers.laser_printer.trays import Tray
from drivers.outcome import Printed
from tests.drivers.laser_printer.test_cups import A3, A4, ONE_PAGE


@pytest.mark.parametrize(
    ("said", "percent", "status"),
    [
        (80, 80, Ready()),
        (5, 5, Warning("laser_printer.toner_low")),
        (0, 0, Warning("laser_printer.toner_low")),  # blocking is the printer's word, not the level's
        (-1, None, Ready()),
        (-2, None, Ready()),
        (-3, None, Ready()),
    ],
)
def test_a_real_printers_level(
    stack: PrintStack, printer: CupsLaserPrinter, said: int, percent: int | None, status: object
) -> None:
    stack.engines[A3].set_toner(said)
    assert printer.supplies()["licences-a3"] == (Supply("Black Toner", percent, low_at=5),)
    assert printer.status_for(A3) == status


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, ()),
        ({"marker_levels": [101, -4]}, (Supply("supply 1", None), Supply("supply 2", None))),
        (
            {"marker_levels": [9, 97], "marker_names": ["toner"], "marker_types": ["toner", "waste-toner"]},
            (Supply("toner", 9), Supply("supply 2", 97, fills=True)),
        ),
        ({"marker_levels": [30], "marker_low_levels": [35]}, (Supply("supply 1", 30, low_at=35),)),
        ({"marker_levels": [30], "marker_low_levels": [-1]}, (Supply("supply 1", 30),)),
    ],
)
def test_what_does_not_fit_together_is_not_guessed(
    spoken: SimulatedIppPrinter, attributes: dict[str, list[object]], expected: object
) -> None:
    spoken.says(**attributes)
    assert ipp.ask_state(spoken.uri).supplies == expected


def test_a_full_waste_box_is_no_low_toner() -> None:
    assert not Supply("waste", 3, fills=True).low
    assert not Supply("toner", None).low
    assert Supply("toner", 10).low


def test_trays_are_told_by_name(spoken: SimulatedIppPrinter, queue_to: Callable[[str], str], stack: PrintStack) -> None:
    loaded = [
        {"media-source": ["tray-1"], "media-size-name": [A4]},
        {"media-source": ["tray-2"], "media-size": [{"x-dimension": [29700], "y-dimension": [42000]}]},
        {"media-source": ["manual"]},
    ]
    spoken.says(media_col_ready=loaded, media_ready=[A4, A3])
    assert ipp.ask_state(spoken.uri).trays == (Tray("tray-1", A4), Tray("tray-2", A3), Tray("manual", ""))
    queue = queue_to(spoken.uri)
    assert create(queue, stack.server, trays={A3: "tray-2"}).status_for(A3) == Ready()
    assert create(queue, stack.server, trays={A3: "tray-1"}).status_for(A3) == Blocked("laser_printer.tray_mismatch")
    assert create(queue, stack.server, trays={A3: "manual"}).status_for(A3) == Ready()  # does not tell what it holds
    assert create(queue, stack.server, trays={A4: "tray-2"}).status() == Ready()  # this queue takes no A4


def test_the_named_tray_is_asked_for(stack: PrintStack) -> None:
    printer = create(stack.port, stack.server, trays={A3: "Main"})
    assert printer.print_document(ONE_PAGE, A3, "tray") == Printed()
    assert "media-source=main" in stack.engines[A3].asked_media[-1]


def test_a_queue_must_be_named() -> None:
    with pytest.raises(ValueError, match="names no queue"):
        create(" , ")
