"""What all tests share: the figures they measured stand at the end of the run, also when several processes ran them."""

from __future__ import annotations

from typing import Any

from tests.thorough import figures

_OF_WORKERS: list[str] = []


def pytest_sessionfinish(session: Any) -> None:
    if hasattr(session.config, "workeroutput"):  # a process of pytest-xdist hands its figures up
        session.config.workeroutput["figures"] = list(figures())


class _Workers:
    """Only where pytest-xdist is loaded: its hooks are unknown to a plain run."""

    def pytest_testnodedown(self, node: Any, error: object) -> None:
        _OF_WORKERS.extend(getattr(node, "workeroutput", {}).get("figures", ()))


def pytest_configure(config: Any) -> None:
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(_Workers())


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = (*figures(), *_OF_WORKERS)
    if lines:
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)
