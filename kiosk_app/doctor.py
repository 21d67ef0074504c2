"""./kiosk doctor: every part of the house, ready or what is missing and the remedy."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Finding:
    """One part; ``remedy`` is empty when it is ready."""

    part: str
    found: str
    remedy: str = ""


class NotReady(Exception):
    """What is missing, and the remedy."""

    def __init__(self, missing: str, remedy: str) -> None:
        super().__init__(missing)
        self.missing = missing
        self.remedy = remedy


def examine() -> int:
    """Prints a line a part; 0 when all are ready."""
    findings = [_look(part, check) for part, check in _PARTS]
    width = max(len(finding.part) for finding in findings)
    for finding in findings:
        mark = "✗" if finding.remedy else "✓"
        print(f"{mark} {finding.part:<{width}}  {finding.found}")
        if finding.remedy:
            print(f"  {'':<{width}}  → {finding.remedy}")
    missing = sum(1 for finding in findings if finding.remedy)
    print(f"{len(findings) - missing} of {len(findings)} parts ready" + (f", {missing} missing" if missing else ""))
    return 1 if missing else 0


def _look(part: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(part, check())
    except NotReady as lacking:
        return Finding(part, lacking.missing, lacking.remedy)
    except ImportError as error:
        return Finding(part, f"cannot be loaded: {error}", "./kiosk demo installs it; or remove .venv and run it again")
    except Exception as error:  # noqa: BLE001 - a doctor must examine every patient, whatever one of them does
        return Finding(
            part, f"{type(error).__name__}: {error}", "read the message; ./kiosk demo installs what is missing"
        )


def _command(name: str, package: str, *folders: str) -> Callable[[], str]:
    def check() -> str:
        found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", *folders]))
        if not found:
            raise NotReady(f"{name} is not installed", f"apt-get install {package}")
        return found

    return check


def _store() -> str:
    from sqlcipher3 import dbapi2

    from offline_cache.store import Store

    connection = dbapi2.connect(":memory:")
    cipher = connection.execute("PRAGMA cipher_version").fetchone()
    connection.close()
    if not cipher:
        raise NotReady("sqlcipher3 without SQLCipher", "pip install the pinned sqlcipher3 of requirements/run.lock")
    return f"{Store.__name__} on SQLite {dbapi2.sqlite_version}, SQLCipher {cipher[0]}"


def _faces() -> str:
    from kiosk_app.identity.models import FaceModels

    FaceModels.load()
    return "YuNet, SFace and the face mesh load; their hashes are the pinned ones"


def _fonts() -> str:
    from print_templates.fonts import licence_fonts

    licence_fonts()
    return "Noto Serif CJK and Noto Sans CJK"


def _templates() -> str:
    import json

    from print_templates import template
    from print_templates.render import render

    samples = Path(template.__file__).parent / "samples"
    names = template.names()
    for name in names:
        data = json.loads((samples / f"{name}.json").read_text(encoding="utf-8"))
        if not render(name, data, background=True).startswith(b"%PDF"):
            raise NotReady(f"{name} does not render", "look at print_templates/")
    return f"{len(names)} templates render"


def _screens() -> str:
    folder = Path(str(importlib.import_module("PySide6").__file__)).parent / "Qt"
    keyboard = folder / "plugins" / "platforminputcontexts" / "libqtvirtualkeyboardplugin.so"
    if not keyboard.exists():
        raise NotReady("Qt Virtual Keyboard is missing", "install PySide6-Addons of requirements/run.lock")
    missing = [
        line.split()[0]
        for plugin in ("libqxcb.so", "libqoffscreen.so")
        for line in subprocess.run(
            ["ldd", str(folder / "plugins" / "platforms" / plugin)], capture_output=True, text=True, check=False
        ).stdout.splitlines()
        if "not found" in line
    ]
    if missing:
        raise NotReady(f"Qt lacks {', '.join(sorted(set(missing)))}", "./kiosk demo installs the Debian packages")
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return f"Qt {importlib.import_module('PySide6').__version__}, " + (
        f"display {shown}" if shown else "no display: the demo runs off screen"
    )


def _reader() -> str:
    from rapidocr import RapidOCR

    return f"{RapidOCR.__name__} with its models"


def _book() -> str:
    from drivers.faults import book

    return f"{len(book())} fault codes with cause and remedy"


def _catalogue() -> str:
    done = subprocess.run(
        [sys.executable, "-m", "approval_backend", "catalogue", "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotReady((done.stderr or done.stdout).strip().splitlines()[-1], "mend the file that it names")
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else "valid"


_PARTS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("encrypted store", _store),
    ("screens", _screens),
    ("face models", _faces),
    ("licence fonts", _fonts),
    ("licence templates", _templates),
    ("document reading", _reader),
    ("fault book", _book),
    ("catalogue", _catalogue),
    ("print server", _command("cupsd", "cups-daemon")),
    ("IPP printer (simulated)", _command("ippeveprinter", "cups-ipp-utils")),
    ("D-Bus", _command("dbus-daemon", "dbus")),
    ("PDF reader", _command("pdftoppm", "poppler-utils")),
    ("QR reader", _command("zbarimg", "zbar-tools")),
)
