"""The closed list of audit events as types; made of events.toml by kiosk_app.audit.generate, do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from kiosk_app.audit.event import Event, Personal

SessionEndDisposition = Literal["finished", "left", "timed_out", "consent_refused", "identity_failed", "other"]
IdentityCompleteDisposition = Literal["match", "not_same", "not_live", "timed_out", "camera", "other"]
PrintCompleteDisposition = Literal["printed", "not_printed", "unknown"]
ReceiptCompleteDisposition = Literal["printed", "not_printed", "unknown"]
StaffSignInDisposition = Literal["accepted", "refused", "locked_out"]
StoreBackupCompleteDisposition = Literal["done", "failed"]
StoreRestoreCompleteDisposition = Literal["done", "failed"]
StoreRekeyCompleteDisposition = Literal["done", "failed"]


@dataclass(frozen=True)
class LogBegin(Event):
    """The log begins; every later line follows from the one before."""

    ID: ClassVar[str] = "log-begin"
    kiosk: str
    after: str


@dataclass(frozen=True)
class LogTailCut(Event):
    """A line that a power cut left half-written was cut off; it had never been confirmed."""

    ID: ClassVar[str] = "log-tail-cut"
    size: int


@dataclass(frozen=True)
class LogEventsLost(Event):
    """Events could not be kept while the disk could not be written."""

    ID: ClassVar[str] = "log-events-lost"
    count: int


@dataclass(frozen=True)
class LogSetAside(Event):
    """The log before this one could not be continued; it was set aside whole."""

    ID: ClassVar[str] = "log-set-aside"
    folder: str
    reason: str


@dataclass(frozen=True)
class Checkpoint(Event):
    """The kiosk signs how far its log goes."""

    ID: ClassVar[str] = "checkpoint"
    covers: int
    covers_hash: str
    previous_covers: int
    previous_hash: str
    signed_at: str
    envelope: str
    signature: str


@dataclass(frozen=True)
class CheckpointCountersigned(Event):
    """The office signs that it saw this checkpoint."""

    ID: ClassVar[str] = "checkpoint-countersigned"
    covers: int
    received_at: str
    office_signature: str


@dataclass(frozen=True)
class KioskStart(Event):
    """The kiosk starts."""

    ID: ClassVar[str] = "kiosk-start"
    version: str


@dataclass(frozen=True)
class KioskStop(Event):
    """The kiosk stops in order."""

    ID: ClassVar[str] = "kiosk-stop"


@dataclass(frozen=True)
class Failsafe(Event):
    """Something unforeseen happened; the kiosk went to its safe state."""

    ID: ClassVar[str] = "failsafe"
    where: str


@dataclass(frozen=True)
class SessionStart(Event):
    """A resident's session begins."""

    ID: ClassVar[str] = "session-start"
    session: str


@dataclass(frozen=True)
class SessionEnd(Event):
    """A resident's session ends."""

    ID: ClassVar[str] = "session-end"
    session: str
    disposition: SessionEndDisposition


@dataclass(frozen=True)
class ConsentGiven(Event):
    """Consent to the use of personal data was given."""

    ID: ClassVar[str] = "consent-given"
    session: str


@dataclass(frozen=True)
class ConsentRefused(Event):
    """Consent was refused."""

    ID: ClassVar[str] = "consent-refused"
    session: str


@dataclass(frozen=True)
class IdentityInit(Event):
    """An attempt at recognising the holder begins."""

    ID: ClassVar[str] = "identity-init"
    PAIR: ClassVar[str] = "session"
    session: str
    attempt: int


@dataclass(frozen=True)
class IdentityComplete(Event):
    """The attempt ends."""

    ID: ClassVar[str] = "identity-complete"
    PAIR: ClassVar[str] = "session"
    session: str
    disposition: IdentityCompleteDisposition
    band: str
    model: str
    holder: Personal | None


@dataclass(frozen=True)
class ApplicationSealed(Event):
    """An application was sealed in the store."""

    ID: ClassVar[str] = "application-sealed"
    session: str
    application: str
    service: str


@dataclass(frozen=True)
class ApplicationAccepted(Event):
    """The office has the application."""

    ID: ClassVar[str] = "application-accepted"
    application: str
    reference: str


@dataclass(frozen=True)
class ApplicationDeadLetter(Event):
    """The office refused to take the application in; staff must look."""

    ID: ClassVar[str] = "application-dead-letter"
    application: str
    status: int


@dataclass(frozen=True)
class ReportAccepted(Event):
    """The office has a report."""

    ID: ClassVar[str] = "report-accepted"
    envelope: str
    kind: str
    reference: str


@dataclass(frozen=True)
class ReportDeadLetter(Event):
    """The office refused a report."""

    ID: ClassVar[str] = "report-dead-letter"
    envelope: str
    kind: str
    status: int


@dataclass(frozen=True)
class HumanAsked(Event):
    """The applicant asked for a person."""

    ID: ClassVar[str] = "human-asked"
    application: str


@dataclass(frozen=True)
class PrintInit(Event):
    """A document order goes to the printer."""

    ID: ClassVar[str] = "print-init"
    PAIR: ClassVar[str] = "order"
    session: str
    order: str


@dataclass(frozen=True)
class PrintComplete(Event):
    """What became of the order."""

    ID: ClassVar[str] = "print-complete"
    PAIR: ClassVar[str] = "order"
    order: str
    disposition: PrintCompleteDisposition
    code: str


@dataclass(frozen=True)
class ReceiptInit(Event):
    """A receipt goes to the printer."""

    ID: ClassVar[str] = "receipt-init"
    PAIR: ClassVar[str] = "session"
    session: str


@dataclass(frozen=True)
class ReceiptComplete(Event):
    """What became of the receipt."""

    ID: ClassVar[str] = "receipt-complete"
    PAIR: ClassVar[str] = "session"
    session: str
    disposition: ReceiptCompleteDisposition


@dataclass(frozen=True)
class StockLoaded(Event):
    """Numbered paper was loaded."""

    ID: ClassVar[str] = "stock-loaded"
    stock_type: str
    first_serial: str
    sheets: int


@dataclass(frozen=True)
class StockTaken(Event):
    """A numbered sheet goes to the printer."""

    ID: ClassVar[str] = "stock-taken"
    order: str
    stock_type: str
    serial: str


@dataclass(frozen=True)
class StockSpoiled(Event):
    """A numbered sheet was spoiled."""

    ID: ClassVar[str] = "stock-spoiled"
    order: str
    stock_type: str
    serial: str


@dataclass(frozen=True)
class StockReconciled(Event):
    """A filling of numbered paper was accounted for."""

    ID: ClassVar[str] = "stock-reconciled"
    stock_type: str
    first_serial: str
    last_serial: str
    used: int
    spoiled: int
    unknown: int
    remaining: int


@dataclass(frozen=True)
class DeviceLost(Event):
    """A device does not answer any more."""

    ID: ClassVar[str] = "device-lost"
    device: str
    code: str


@dataclass(frozen=True)
class DeviceBack(Event):
    """A device answers again."""

    ID: ClassVar[str] = "device-back"
    device: str


@dataclass(frozen=True)
class NetworkLost(Event):
    """The office cannot be reached."""

    ID: ClassVar[str] = "network-lost"


@dataclass(frozen=True)
class NetworkBack(Event):
    """The office answers again."""

    ID: ClassVar[str] = "network-back"


@dataclass(frozen=True)
class ClockJump(Event):
    """The wall clock jumped."""

    ID: ClassVar[str] = "clock-jump"
    seconds: int


@dataclass(frozen=True)
class CatalogueChanged(Event):
    """A new catalogue of services is in force."""

    ID: ClassVar[str] = "catalogue-changed"
    version: str


@dataclass(frozen=True)
class StaffSignIn(Event):
    """A member of staff signs in."""

    ID: ClassVar[str] = "staff-sign-in"
    staff: Personal | None
    role: str
    disposition: StaffSignInDisposition


@dataclass(frozen=True)
class StaffSignOut(Event):
    """A member of staff signs out."""

    ID: ClassVar[str] = "staff-sign-out"
    staff: Personal | None
    role: str


@dataclass(frozen=True)
class OutboxShownPersonal(Event):
    """Staff looked at the content of an envelope."""

    ID: ClassVar[str] = "outbox-shown-personal"
    envelope: str


@dataclass(frozen=True)
class OutboxPutBack(Event):
    """Staff let a dead letter try again."""

    ID: ClassVar[str] = "outbox-put-back"
    envelope: str


@dataclass(frozen=True)
class OutboxClosed(Event):
    """Staff settled a dead letter with the resident."""

    ID: ClassVar[str] = "outbox-closed"
    envelope: str


@dataclass(frozen=True)
class BundleExported(Event):
    """An encrypted bundle was made to be carried by hand."""

    ID: ClassVar[str] = "bundle-exported"
    bundle: str
    items: int


@dataclass(frozen=True)
class BundleAcknowledged(Event):
    """The office's receipt for a carried bundle was taken in."""

    ID: ClassVar[str] = "bundle-acknowledged"
    bundle: str
    accepted: int
    refused: int


@dataclass(frozen=True)
class SubjectsErased(Event):
    """Keys of persons were erased because retention says so."""

    ID: ClassVar[str] = "subjects-erased"
    count: int


@dataclass(frozen=True)
class StoreMigration(Event):
    """The store was brought to a newer version."""

    ID: ClassVar[str] = "store-migration"
    from_version: int
    to_version: int


@dataclass(frozen=True)
class StoreBackupInit(Event):
    """A backup begins."""

    ID: ClassVar[str] = "store-backup-init"


@dataclass(frozen=True)
class StoreBackupComplete(Event):
    """A backup ends."""

    ID: ClassVar[str] = "store-backup-complete"
    disposition: StoreBackupCompleteDisposition


@dataclass(frozen=True)
class StoreRestoreInit(Event):
    """A restore begins."""

    ID: ClassVar[str] = "store-restore-init"


@dataclass(frozen=True)
class StoreRestoreComplete(Event):
    """A restore ends."""

    ID: ClassVar[str] = "store-restore-complete"
    disposition: StoreRestoreCompleteDisposition


@dataclass(frozen=True)
class StoreRekeyInit(Event):
    """The store's key is being changed."""

    ID: ClassVar[str] = "store-rekey-init"


@dataclass(frozen=True)
class StoreRekeyComplete(Event):
    """The change of key ends."""

    ID: ClassVar[str] = "store-rekey-complete"
    disposition: StoreRekeyCompleteDisposition


ALL: dict[str, type[Event]] = {
    LogBegin.ID: LogBegin,
    LogTailCut.ID: LogTailCut,
    LogEventsLost.ID: LogEventsLost,
    LogSetAside.ID: LogSetAside,
    Checkpoint.ID: Checkpoint,
    CheckpointCountersigned.ID: CheckpointCountersigned,
    KioskStart.ID: KioskStart,
    KioskStop.ID: KioskStop,
    Failsafe.ID: Failsafe,
    SessionStart.ID: SessionStart,
    SessionEnd.ID: SessionEnd,
    ConsentGiven.ID: ConsentGiven,
    ConsentRefused.ID: ConsentRefused,
    IdentityInit.ID: IdentityInit,
    IdentityComplete.ID: IdentityComplete,
    ApplicationSealed.ID: ApplicationSealed,
    ApplicationAccepted.ID: ApplicationAccepted,
    ApplicationDeadLetter.ID: ApplicationDeadLetter,
    ReportAccepted.ID: ReportAccepted,
    ReportDeadLetter.ID: ReportDeadLetter,
    HumanAsked.ID: HumanAsked,
    PrintInit.ID: PrintInit,
    PrintComplete.ID: PrintComplete,
    ReceiptInit.ID: ReceiptInit,
    ReceiptComplete.ID: ReceiptComplete,
    StockLoaded.ID: StockLoaded,
    StockTaken.ID: StockTaken,
    StockSpoiled.ID: StockSpoiled,
    StockReconciled.ID: StockReconciled,
    DeviceLost.ID: DeviceLost,
    DeviceBack.ID: DeviceBack,
    NetworkLost.ID: NetworkLost,
    NetworkBack.ID: NetworkBack,
    ClockJump.ID: ClockJump,
    CatalogueChanged.ID: CatalogueChanged,
    StaffSignIn.ID: StaffSignIn,
    StaffSignOut.ID: StaffSignOut,
    OutboxShownPersonal.ID: OutboxShownPersonal,
    OutboxPutBack.ID: OutboxPutBack,
    OutboxClosed.ID: OutboxClosed,
    BundleExported.ID: BundleExported,
    BundleAcknowledged.ID: BundleAcknowledged,
    SubjectsErased.ID: SubjectsErased,
    StoreMigration.ID: StoreMigration,
    StoreBackupInit.ID: StoreBackupInit,
    StoreBackupComplete.ID: StoreBackupComplete,
    StoreRestoreInit.ID: StoreRestoreInit,
    StoreRestoreComplete.ID: StoreRestoreComplete,
    StoreRekeyInit.ID: StoreRekeyInit,
    StoreRekeyComplete.ID: StoreRekeyComplete,
}
