"""A PostgreSQL server of the tests' own, on a socket in a folder; restarted and killed at will."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

START_LIMIT_S = 60
_USER = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name  # the server refuses to run as root


def postgresql_programs() -> Path:
    """The newest installed server's programs; Debian keeps them out of PATH. Raises FileNotFoundError."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    if found:
        return found[-1].parent
    plain = shutil.which("initdb")
    if plain is None:
        raise FileNotFoundError("PostgreSQL's server is needed (Debian: apt-get install postgresql)")
    return Path(plain).parent


class PostgresServer:
    """``initdb`` at making, ``start``, ``restart``, ``kill``; fsync stays on unless ``durable`` is False."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self._programs = postgresql_programs()
        self._data = folder / "data"
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, _USER)
        self._options = [
            "-c",
            "listen_addresses=",
            "-c",
            f"unix_socket_directories={folder}",
            "-c",
            "max_connections=200",
        ]
        if not durable:
            self._options += ["-c", "fsync=off"]
        self._run("initdb", "-D", str(self._data), "-U", _USER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
        self._server: subprocess.Popen[bytes] | None = None

    def address(self, database: str) -> str:
        """As ``--database`` takes it."""
        return f"postgresql+psycopg://{_USER}@/{database}?host={self._folder}"

    def start(self) -> None:
        log = (self._folder / "server.log").open("ab")
        self._server = subprocess.Popen(
            [str(self._programs / "postgres"), "-D", str(self._data), *self._options],
            stdout=log,
            stderr=log,
            user=_USER if os.geteuid() == 0 else None,
            cwd=self._folder,
        )
        log.close()
        until = time.monotonic() + START_LIMIT_S
        while True:
            try:
                self._connect("postgres").close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < until, (self._folder / "server.log").read_text()
                time.sleep(0.05)

    def create(self, database: str) -> str:
        """A new, empty database; its address."""
        with self._connect("postgres") as connection:
            connection.autocommit = True
            connection.execute(f'CREATE DATABASE "{database}"')
        return self.address(database)

    def stop(self) -> None:
        """Fast shutdown: connections are cut, transactions rolled back."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """As a power cut of the server's process would: no shutdown checkpoint."""
        self._end(signal.SIGQUIT)

    def _end(self, number: signal.Signals) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(number)
            server.wait(30)

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self._folder), user=_USER, dbname=database, connect_timeout=5)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            user=_USER if os.geteuid() == 0 else None,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
