"""The tables. Portable between SQLite and PostgreSQL; times are UTC ISO 8601 text, messages their JSON text."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Table(DeclarativeBase):
    """Base of all tables."""


class Device(Table):
    """A kiosk that may talk to the office."""

    __tablename__ = "devices"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_key_pem: Mapped[str] = mapped_column(Text)
    enrolled_at: Mapped[str] = mapped_column(String(40))
    revoked_at: Mapped[str | None] = mapped_column(String(40))


class EnvelopeRow(Table):
    """An envelope taken in, for ever: its id is the idempotency key. Same id and hash: the same acknowledgement."""

    __tablename__ = "envelopes"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    content_sha256: Mapped[str] = mapped_column(String(64))
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    received_at: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)  # the whole Envelope as JSON: signature and all


class Material(Table):
    """A captured page, named by its content."""

    __tablename__ = "materials"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(40))
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    received_at: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class DecisionRow(Table):
    """One decision an application; an application without a row here is still to be reviewed."""

    __tablename__ = "decisions"
    application_id: Mapped[str] = mapped_column(ForeignKey("envelopes.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16))
    decided_at: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)  # the Decision as JSON, orders included


class Licence(Table):
    """An e-licence in the register; paper original and duplicate both carry its identifier."""

    __tablename__ = "licences"
    identifier: Mapped[str] = mapped_column(String(100), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("envelopes.id"), unique=True)
    unified_social_credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    trade_name: Mapped[str] = mapped_column(String(80))
    operator: Mapped[str] = mapped_column(String(60))
    premises: Mapped[str] = mapped_column(String(200))
    issued_on: Mapped[str] = mapped_column(String(10))  # YYYY-MM-DD
    status: Mapped[str] = mapped_column(String(16))  # valid | revoked | cancelled
    status_since: Mapped[str] = mapped_column(String(10))
    # two applications decided in the same second cannot both take a name
    __table_args__ = (
        Index(
            "one_valid_licence_a_name",
            "trade_name",
            unique=True,
            sqlite_where=text("status = 'valid'"),
            postgresql_where=text("status = 'valid'"),
        ),
    )


class LicenceDocument(Table):
    """An e-licence as a sealed document, one row a version; ``details`` is its GB/T 36903 metadata as JSON."""

    __tablename__ = "licence_documents"
    identifier: Mapped[str] = mapped_column(ForeignKey("licences.identifier"), primary_key=True)
    version: Mapped[str] = mapped_column(String(3), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    details: Mapped[str] = mapped_column(Text)
    sealed_at: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Order(Table):
    """A document to be printed once."""

    __tablename__ = "orders"
    order_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("envelopes.id"), index=True)
    template: Mapped[str] = mapped_column(String(60))
    identifier: Mapped[str] = mapped_column(ForeignKey("licences.identifier"))


class PrintReportRow(Table):
    """What a kiosk says became of an order; a later report on the same order is a row of its own."""

    __tablename__ = "print_reports"
    envelope_id: Mapped[str] = mapped_column(ForeignKey("envelopes.id"), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id"), index=True)
    outcome: Mapped[str] = mapped_column(String(16))
    stock_type: Mapped[str] = mapped_column(String(40))
    stock_serial: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[str] = mapped_column(String(40))


class HumanReview(Table):
    """An application that a person must look at: the machine could not decide, or the resident asked."""

    __tablename__ = "human_reviews"
    application_id: Mapped[str] = mapped_column(ForeignKey("envelopes.id"), primary_key=True)
    cause: Mapped[str] = mapped_column(String(16), primary_key=True)  # undecided | asked
    said: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[str] = mapped_column(String(40))


class StockReconciliationRow(Table):
    """One filling of numbered paper at a kiosk, accounted for."""

    __tablename__ = "stock_reconciliations"
    envelope_id: Mapped[str] = mapped_column(ForeignKey("envelopes.id"), primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.id"), index=True)
    stock_type: Mapped[str] = mapped_column(String(40))
    first_serial: Mapped[str] = mapped_column(String(40))
    last_serial: Mapped[str] = mapped_column(String(40))
    used: Mapped[int]
    spoiled: Mapped[int]
    unknown: Mapped[int]
    remaining: Mapped[int]
    counted: Mapped[int | None]
    loaded_at: Mapped[str] = mapped_column(String(40))
    closed_at: Mapped[str] = mapped_column(String(40))


class FleetEventRow(Table):
    """Something that happened at a kiosk, for whoever looks after it."""

    __tablename__ = "fleet_events"
    envelope_id: Mapped[str] = mapped_column(ForeignKey("envelopes.id"), primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    device: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(80))
    count: Mapped[int | None]
    at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[str] = mapped_column(String(40))


class AuditCheckpointRow(Table):
    """How far a kiosk's audit log went when it told us; ``message`` is the CountersignedCheckpoint as JSON."""

    __tablename__ = "audit_checkpoints"
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    log_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    entry_hash: Mapped[str] = mapped_column(String(64))
    previous_seq: Mapped[int]
    previous_hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)


class AuditAlarm(Table):
    """A checkpoint that does not fit the ones before it; kept whole, since the kiosk has signed it."""

    __tablename__ = "audit_alarms"
    envelope_id: Mapped[str] = mapped_column(String(36), primary_key=True)  # a refused one is in no other table
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.id"), index=True)
    log_id: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))  # forked | went_back | new_log
    noticed_at: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)  # the whole Envelope as JSON


class ProgressRow(Table):
    """How a resident follows an application: the token of its public page, and the number on the receipt."""

    __tablename__ = "progress"
    token: Mapped[str] = mapped_column(String(22), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("envelopes.id"), unique=True)
    local_number: Mapped[str] = mapped_column(String(12), index=True)


class PublishedBundle(Table):
    """What kiosks are sent whole (catalogue, announcements): the newest version and its serial number."""

    __tablename__ = "published_bundles"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    serial: Mapped[int]


class Counter(Table):
    """Running numbers that never repeat: references of a day, organisation codes, licence serials."""

    __tablename__ = "counters"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[int]
