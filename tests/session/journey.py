"""A session driven by hand: events in, state out; the other parts answer as they do in the house."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from drivers.id_card.card import IdCard
from kiosk_app.session import effects, events
from kiosk_app.session.model import FormField, FormPage, MaterialNeed, ServiceOffer, Session, State
from kiosk_app.session.reducer import Context, reduce
from kiosk_app.settings import Limits
from wire.ids import new_id
from wire.messages import Decision, DecisionOutcome, DocumentOrder, IdentityEvidence, MaterialRef, SignedOrder
from wire.text import Bilingual

WORD = Bilingual(zh="字", en="word")
CARD = IdCard("林知夏", "女", "汉", "18870417", "云州市", "510107188704170022", "局", "20200101", "长期", b"")
PAGE = MaterialRef(kind="premises_proof", sha256="0" * 64, media_type="image/jpeg", size_bytes=1)
OFFER = ServiceOffer("AA-01", WORD, WORD, WORD, available=True)
FORM = (FormPage("one", WORD, (FormField("name", "text", WORD), FormField("fixed", "fixed", WORD))),)


def evidence() -> IdentityEvidence:
    now = datetime.now(UTC)
    return IdentityEvidence(
        method="card+face",
        result="match",
        score_band="high",
        model="m",
        challenges=("blink", "turn_left"),
        attempts=1,
        consented_at=now,
        verified_at=now,
    )


def decision(application_id: str, outcome: DecisionOutcome = DecisionOutcome.GRANTED) -> Decision:
    order = DocumentOrder(
        order_id=new_id(),
        application_id=application_id,
        template="business_licence_original",
        template_version="1",
        title=WORD,
        data={},
        identifier="i",
        verification_url="u",
        stock_type="business_licence_a3",
        media="iso_a3_297x420mm",
        holder_id_number=CARD.id_number,
        issued_at=datetime.now(UTC),
    )
    orders = (SignedOrder(order=order, signature="s"),) if outcome is DecisionOutcome.GRANTED else ()
    return Decision(
        application_id=application_id,
        outcome=outcome,
        decided_by="machine",
        decided_at=datetime.now(UTC),
        standards=(),
        orders=orders,
    )


@dataclass
class Journey:
    """``now`` is the clock; ``done`` collects every effect."""

    session: Session = field(default_factory=lambda: Session(state=State.IDLE, offers=(OFFER,), online=True))
    now: float = 1000.0
    limits: Limits = field(default_factory=Limits)
    done: list[effects.Effect] = field(default_factory=list)

    def feed(self, event: object) -> Session:
        context = Context(self.now, datetime.now(UTC), new_id, self.limits)
        self.session, made = reduce(self.session, event, context)
        self.done += made
        return self.session

    def tick(self, seconds: int) -> Session:
        for _ in range(seconds):
            self.now += 1
            self.feed(events.Tick(self.now))
        return self.session

    @property
    def sid(self) -> str:
        return self.session.session_id

    def to_face(self) -> None:
        for event in (events.Start(), events.ConsentGiven()):
            self.feed(event)
        self.feed(events.CardReading(self.sid))
        self.feed(events.CardRead(self.sid, CARD))

    def to_home(self) -> None:
        self.to_face()
        self.feed(events.FaceMatched(self.sid, evidence()))

    def to_form(self) -> None:
        self.to_home()
        self.feed(events.ServiceChosen("AA-01"))
        needs = (MaterialNeed("premises_proof", WORD, WORD),)
        self.feed(events.ServiceOpened(self.sid, "AA-01", WORD, (), FORM, {"fixed": "x"}, needs))
        self.feed(events.BeginApplication())

    def to_review(self) -> None:
        self.to_form()
        self.feed(events.FieldChanged("name", "answer"))
        self.feed(events.NextPage())
        self.feed(events.PageChecked(self.sid, 0, ()))
        self.feed(events.CapturePage())
        self.feed(events.PageCaptured(self.sid, PAGE))
        self.feed(events.AcceptPage())

    def to_submit(self) -> str:
        self.to_review()
        self.feed(events.SubmitPressed())
        self.feed(events.PageChecked(self.sid, -1, ()))
        application_id = new_id()
        self.feed(events.ApplicationSealed(self.sid, application_id))
        return application_id

    def to_print(self) -> None:
        application_id = self.to_submit()
        self.feed(events.Acknowledged(self.sid, "AA01-1"))
        self.feed(events.Decided(self.sid, decision(application_id)))
        self.feed(events.PrintPressed())

    def effects_of(self, kind: type) -> list[Any]:
        return [effect for effect in self.done if isinstance(effect, kind)]
