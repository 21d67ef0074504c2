"""./kiosk store: look at the store, back it up, restore it, change its key, erase a person. For a stopped kiosk.

Exit codes: 0 done, or sound; 1 something is wrong, it is said what and what to do; 3 the kiosk is running.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from kiosk_app.audit import events
from kiosk_app.audit.event import Event
from kiosk_app.audit.log import AuditInUse, AuditLog
from kiosk_app.audit.segments import set_aside
from kiosk_app.settings import SettingsError, load
from kiosk_app.store_erasure import asked_id_number, erase
from offline_cache.backup import back_up
from offline_cache.backup_key import backup_key, move_backup_key, read_recovery_key, write_recovery_key
from offline_cache.integrity import examine
from offline_cache.key_place import BACKUP, KeyPlace
from offline_cache.keys import KeyUnusable
from offline_cache.rekey import rekey
from offline_cache.restore import restore
from offline_cache.retention import StillOpen
from offline_cache.sqlcipher import StoreError, StoreInUse
from offline_cache.tpm_key import DEFAULT_TCTI

DONE, WRONG, RUNNING = 0, 1, 3


@dataclass(frozen=True)
class _House:
    data: Path
    place: KeyPlace
    kiosk_id: str | None  # known from the settings only
    config: Path | None

    @property
    def audit_folder(self) -> Path:
        return self.data / "log" / "audit"


def run(given: argparse.Namespace) -> int:
    """Carry out one action; the exit code. Every expected fault is one line on stderr that says what to do."""
    before = structlog.get_config()
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))  # stdout is for the answer
    try:
        return _run(given)
    finally:
        structlog.configure(**before)


def _run(given: argparse.Namespace) -> int:
    action: Callable[[_House, argparse.Namespace], int] = {
        "check": _check,
        "backup": _backup,
        "restore": _restore,
        "rekey": _rekey,
        "erase": _erase,
    }[given.action]
    try:
        return action(_house(given), given)
    except StoreInUse as error:
        _complain(str(error))
        return RUNNING
    except AuditInUse as error:
        _complain(f"{error}; stop the kiosk first")
        return RUNNING
    except (StoreError, KeyUnusable, SettingsError) as error:
        _complain(str(error))
    except FileExistsError as error:
        _complain(f"{error.filename2 or error.filename}: is there already; name another file")
    except OSError as error:
        _complain(f"{error.filename or 'disk'}: {error.strerror}; look at the disk and its rights")
    return WRONG


def _check(house: _House, _given: argparse.Namespace) -> int:
    findings = examine(house.data, house.place)
    width = max(len(finding.file) for finding in findings)
    for finding in findings:
        _say(f"{'✗' if finding.remedy and finding.fault else '✓'} {finding.file:<{width}}  {finding.what}")
        if finding.remedy:
            _say(f"  {'':<{width}}  → {finding.remedy}")
    wrong = sum(1 for finding in findings if finding.remedy and finding.fault)
    _say(f"{house.data}: " + (f"{wrong} faults" if wrong else "sound") + "; the audit log: ./kiosk audit verify")
    return WRONG if wrong else DONE


def _backup(house: _House, given: argparse.Namespace) -> int:
    with _audited(house, events.StoreBackupInit(), lambda how: events.StoreBackupComplete(disposition=how)):
        made = back_up(house.data, house.place, given.to, datetime.now(UTC))
    size = sum(size for size, _ in made.manifest.files.values())
    _say(f"{made.folder}: {len(made.manifest.files)} files, {size} bytes, written and read back")
    _say("envelopes: " + (", ".join(f"{count} {state}" for state, count in made.manifest.counts.items()) or "none"))
    for folder in made.lagging:
        _say(f"{folder}: was not there, so its copy of the people's keys lags behind; plug it in and back up again")
    if given.recovery_key_to:
        write_recovery_key(given.recovery_key_to, backup_key(house.place))
        _say(f"{given.recovery_key_to}: the key of the backups; print it, put it into the safe, delete the file")
    else:
        _say("without this machine the backup opens only with its recovery key: --recovery-key-to FILE writes it")
    return DONE


def _restore(house: _House, given: argparse.Namespace) -> int:
    key = read_recovery_key(given.recovery_key) if given.recovery_key else _key_of_backups(house.place)
    # Where there is no log yet the backup's comes first, and then a new one that begins with both events.
    begun = events.StoreRestoreInit() if house.audit_folder.exists() else None
    with _audited(house, begun, lambda how: events.StoreRestoreComplete(disposition=how)):
        done = restore(house.data, house.place, given.backup, key, datetime.now(UTC), replace=given.replace)
        if done.audit_restored:
            set_aside(house.audit_folder)  # the office has seen later lines of that log: it must not go on from here
    _say(f"{house.data}: the store of {done.manifest.made_at:%Y-%m-%d %H:%M:%S} UTC is in place")
    if done.set_aside:
        _say(f"  what was there: {done.set_aside}; keep it: envelopes that were never sent may be in it")
    _say(
        f"  {done.sent_again} envelopes are sent again; those that the office has it answers as before, none is doubled"
    )
    _say(
        f"  {done.with_staff} documents are with staff: their paper may exist; decisions still to come for applications"
    )
    _say("  of before the backup go to staff too, so that nothing is printed twice")
    _say(f"  {done.trays} kinds of numbered paper: load them anew with the serial that lies on top")
    if done.erased_again:
        _say(f"  {done.erased_again} people who were erased after the backup are erased here too")
    _say("  what was sealed after the backup and never sent is not in it")
    return DONE


def _rekey(house: _House, given: argparse.Namespace) -> int:
    place = house.place
    to = place.of_kind(given.to or place.kind)
    with _audited(house, events.StoreRekeyInit(), lambda how: events.StoreRekeyComplete(disposition=how)):
        rekey(house.data, place, to)
        move_backup_key(place, to)
    _say(f"{to.holder().path}: the store's new key; the old one is destroyed and opens nothing any more")
    if house.config and to.kind != place.kind:
        _say(f'{house.config}: now write store_key = "{to.kind}" there: the kiosk does not start before')
    return DONE


def _erase(house: _House, _given: argparse.Namespace) -> int:
    try:
        gone = erase(house.data, house.place, asked_id_number())
    except StillOpen as error:
        _complain(f"{error} (./kiosk outbox list; documents to collect); nothing was erased")
        return WRONG
    except ValueError as error:
        _complain(str(error))
        return WRONG
    if not gone:
        _say("nothing of this person is kept here")
        return DONE
    if house.kiosk_id is not None:
        _record(house, events.SubjectsErased(count=1))
    _say("erased: what this kiosk kept of this person, pages too, opens for nobody any more, in backups neither")
    _say("ids, states and hashes stay, so that nothing is ever done twice; the office keeps its own records")
    return DONE


def _house(given: argparse.Namespace) -> _House:
    if given.config:
        settings = load(given.config)
        return _House(settings.data, settings.key_place(), settings.kiosk_id, given.config)
    place = KeyPlace(given.data / "keys", tcti=given.tcti or DEFAULT_TCTI)
    kinds = [*place.present(), *place.present(staged=True)]
    return _House(given.data, place.of_kind(kinds[0]) if kinds else place, None, None)


def _key_of_backups(place: KeyPlace) -> bytes:
    if not place.present(BACKUP):
        raise KeyUnusable(
            f"{place.holder(BACKUP).path}: no key of backups here; give --recovery-key FILE from the safe"
        )
    return backup_key(place)


@contextmanager
def _audited(
    house: _House, init: Event | None, complete: Callable[[events.StoreBackupCompleteDisposition], Event]
) -> Iterator[None]:
    """Init and complete in the audit log; not where only a data folder was named: nobody knows whose log it is."""
    if house.kiosk_id is None:
        yield
        return
    if init:
        _record(house, init)
    try:
        yield
    except BaseException:
        if init:
            _record(house, complete("failed"))
        raise
    _record(house, complete("done"))


def _record(house: _House, event: Event) -> None:
    """Open only for the moment: the log is copied in between."""
    log = AuditLog.open(house.audit_folder, house.kiosk_id or "")
    try:
        log.record(event)
    finally:
        log.close()


def _say(text: str) -> None:
    print(text)


def _complain(text: str) -> None:
    print(text, file=sys.stderr)
