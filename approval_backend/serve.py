"""Serving an office: says READY when it listens, stops cleanly on SIGTERM, loses nothing on SIGKILL."""

from __future__ import annotations

import logging
import socket
import sys
from pathlib import Path

import structlog
import uvicorn

from approval_backend.api.app import create_app
from approval_backend.office import Office


class _AnnouncingServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: str) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(self._ready + "\n")
            sys.stdout.flush()


def serve(data: Path, host: str, port: int, public_url: str | None, *, review: bool = True) -> None:
    """Blocks until stopped. ``port`` 0 takes a free one, named by the READY line. Without ``review`` it only takes in.

    Raises OSError, OfficeBusy, CatalogueError.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    listening = socket.create_server((host, port), backlog=512)
    # asyncio sets this only on sockets made with an explicit protocol; without it every answer on a kept-alive
    # connection waits 40 ms for the other side's delayed acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    address = f"http://{host}:{listening.getsockname()[1]}"
    office = Office.open(data, public_url or address)
    office.start(review=review)
    config = uvicorn.Config(
        create_app(office),
        log_level="warning",
        access_log=False,  # addresses of the verification page are nobody's business
        timeout_graceful_shutdown=3,  # long polls are cut; kiosks ask again
    )
    try:
        _AnnouncingServer(config, f"READY {address}").run(sockets=[listening])
    finally:
        office.stop()
