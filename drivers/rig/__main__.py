"""``python -m drivers.rig up``: the bench as a process of its own; its other commands are in commands.py."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
import socket
import sys
from pathlib import Path

import structlog
import uvicorn

from drivers.rig import commands as others
from drivers.rig.bench import Bench
from drivers.rig.dock import create_dock


def main(arguments: list[str] | None = None) -> int:
    """Runs until SIGTERM or SIGINT; whatever happens, all simulators are stopped."""
    parser = argparse.ArgumentParser(prog="./kiosk rig")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start all simulators and the dock")
    up.add_argument("--dir", type=Path, default=Path("rig"), help="folder for bench.json, receipts and licences")
    up.add_argument("--dock-port", type=int, default=0)
    up.add_argument("--backend", default="127.0.0.1:8900", help="HOST:PORT of the approval office")
    up.add_argument("--kiosk-log", type=Path, help="the kiosk's log, whose faults the dock shows")
    up.set_defaults(run=_up)
    others.add_commands(commands)
    given = parser.parse_args(arguments)
    code: int = given.run(given)
    return code


def _up(given: argparse.Namespace) -> int:
    host, _, port = given.backend.rpartition(":")
    if not port.isdigit():
        print(f"--backend: {given.backend!r} is not HOST:PORT", file=sys.stderr)
        return 2
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    given.dir.mkdir(parents=True, exist_ok=True)
    bench = Bench(
        given.dir.resolve(), (host, int(port)), lambda text: print(f"rig: {text}", flush=True), given.kiosk_log
    )
    # A stop that arrives while the parts are starting must undo what was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        bench.start()
        asyncio.run(_serve(bench, given.dock_port))
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        bench.stop()
        print("rig: stopped", flush=True)
    return 0


async def _serve(bench: Bench, port: int) -> None:
    listener = socket.create_server(("127.0.0.1", port))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(create_dock(bench), log_level="warning", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    bench.write(bench.folder / "bench.json", url)
    print(f"READY {url}", flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await serving


if __name__ == "__main__":
    sys.exit(main())
