"""./kiosk audit verify: does the log hold, who vouches for it, and what nobody can know from here."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from kiosk_app.audit.verify import Verdict, verify
from kiosk_app.settings import SettingsError, device_key_path, load
from wire.audit import CountersignedCheckpoint
from wire.signing import SigningKey, VerifyKey

HOLDS, BROKEN, NOT_EXAMINED = 0, 1, 2
MOST_SHOWN = 20


class NotExamined(ValueError):
    """Nothing could be said about the log; the message says why."""


@dataclass(frozen=True)
class _Given:
    log: Path
    kiosk: str | None
    device_key: VerifyKey | None
    office_key: VerifyKey | None
    checkpoints: tuple[CountersignedCheckpoint, ...] | None


def run(options: argparse.Namespace) -> int:
    """0: what could be checked holds; 1: it does not, and where; 2: nothing could be examined."""
    try:
        given = _given(options)
        verdict = verify(
            given.log,
            kiosk_id=given.kiosk,
            device_key=given.device_key,
            office_key=given.office_key,
            from_office=given.checkpoints or (),
        )
    except (OSError, ValueError) as error:
        print(f"audit: {error}", file=sys.stderr)
        return NOT_EXAMINED
    print("\n".join(_told(given, verdict)))
    return HOLDS if verdict.holds else BROKEN


def _given(options: argparse.Namespace) -> _Given:
    words = options.words[1:] if options.words[:1] == ["verify"] else options.words
    settings = None
    if options.config is not None:
        try:
            settings = load(options.config)
        except SettingsError as error:
            raise NotExamined(str(error)) from error
    if len(words) > 1 or (not words and settings is None):
        raise NotExamined("name one log: ./kiosk audit verify DATA/log/audit, or --config FILE")
    device_pem, office_pem = options.device_key, options.office_key
    if settings is not None:
        device_pem = device_pem or device_key_path(settings.data)
        office_pem = office_pem or settings.office.public_key
    return _Given(
        log=Path(words[0]) if words or settings is None else settings.data / "log" / "audit",
        kiosk=options.kiosk or (settings.kiosk_id if settings else None),
        device_key=_key(device_pem),
        office_key=_key(office_pem),
        checkpoints=_checkpoints(options.checkpoints),
    )


def _key(path: Path | None) -> VerifyKey | None:
    if path is None:
        return None
    text = path.read_text(encoding="ascii")
    try:
        # The kiosk itself keeps only the pair; its public half is all that is used.
        return SigningKey.load_or_create(path).public() if "PRIVATE KEY" in text else VerifyKey.from_pem(text)
    except ValueError as error:
        raise NotExamined(f"{path}: {error}") from error


def _checkpoints(path: Path | None) -> tuple[CountersignedCheckpoint, ...] | None:
    if path is None:
        return None
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(CountersignedCheckpoint.model_validate_json(line))
        except ValidationError as error:
            raise NotExamined(f"{path} line {number}: not a countersigned checkpoint") from error
    return tuple(found)


def _told(given: _Given, verdict: Verdict) -> list[str]:
    number = f"{verdict.events} events in {verdict.files} file{'s' if verdict.files != 1 else ''}"
    lines = [f"{given.log}: {number}, {verdict.kiosk or 'kiosk not named'}, log {verdict.log[:8]}…"]
    lines.append(f"  from {verdict.first_at} to {verdict.last_at}, by the kiosk's clock")
    lines.append(
        f"  kiosk's checkpoints      {_checked(verdict.checkpoints, verdict.device_signatures, given.device_key)}"
    )
    lines.append(
        f"  office's countersigns    {_checked(verdict.countersigned, verdict.office_signatures, given.office_key)}"
    )
    if given.checkpoints is not None:
        key = "" if given.office_key else ", their signatures not checked: no --office-key"
        lines.append(f"  the office's own list    {len(given.checkpoints)} checkpoints compared{key}")
    lines.append(f"  vouched for by office    {_vouched(given, verdict)}")
    lines += [f"  no end was recorded      {each}" for each in verdict.open_pairs[:MOST_SHOWN]]
    if verdict.holds:
        return [*lines, "HOLDS: no line was changed, moved, added or cut out, as far as said above"]
    lines.append(f"DOES NOT HOLD: {len(verdict.findings)} finding{'s' if len(verdict.findings) != 1 else ''}")
    lines += [f"  {finding}" for finding in verdict.findings[:MOST_SHOWN]]
    if len(verdict.findings) > MOST_SHOWN:
        lines.append(f"  … and {len(verdict.findings) - MOST_SHOWN} more")
    return lines


def _checked(there: int, hold: int, key: VerifyKey | None) -> str:
    return f"{there}, signatures not checked: no key given" if key is None else f"{hold} of {there} hold"


def _vouched(given: _Given, verdict: Verdict) -> str:
    if not verdict.vouched:
        return "nothing: whether the end was cut off or all of it was rewritten cannot be known from here"
    rest = verdict.last - verdict.vouched
    upto = f"events 1 to {verdict.vouched} (seen {verdict.vouched_at})"
    after = f"; the {rest} after it rest on the kiosk's word" if rest > 0 else ""
    if given.checkpoints is None:
        return f"{upto}{after}; ask the office for its list (--checkpoints) to know whether the end was cut off"
    return f"{upto}{after}; whether more followed event {verdict.last} cannot be known from here"
