"""What is kept of a driver's own mistake: enough to mend it, nothing of what was read from a card."""

from __future__ import annotations

import traceback

import structlog

from drivers.device import Driver

log = structlog.get_logger()


def log_mistake(device: str, error: Exception) -> str:
    """The kind of error; logged with the frames, without their locals and without the message: both may hold data."""
    kind = type(error).__name__
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("driver_failed", device=device, error=kind, frames=frames)
    return kind


def close_quietly(driver: Driver) -> None:
    """Throw a driver away that has failed already."""
    try:
        driver.close()
    except Exception as error:  # noqa: BLE001 - the boundary again: it is being thrown away
        log.error("driver_close_failed", error=type(error).__name__)
