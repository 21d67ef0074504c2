"""./kiosk rig: the bench's commands, and scenarios, which need the whole hall."""

from __future__ import annotations

from drivers.rig.__main__ import main as rig_main


def run(arguments: list[str]) -> int:
    """The exit code."""
    return rig_main(arguments)
