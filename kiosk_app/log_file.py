"""Where the kiosk's log goes, and in which form."""

from __future__ import annotations

import logging
from pathlib import Path

import structlog


def configure_log(path: Path) -> None:
    """JSON lines in a file that is rotated by systemd or logrotate; tracebacks without local variables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # force: a library that logged first must not decide where our evidence goes
    logging.basicConfig(filename=path, level=logging.INFO, format="%(message)s", force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
