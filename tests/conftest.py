"""What all tests share: the figures they measured stand at the end of the run."""

from __future__ import annotations

from typing import Any

from tests.thorough import figures


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if figures():
        terminalreporter.section("figures")
        for line in figures():
            terminalreporter.write_line(line)
