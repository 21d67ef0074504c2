"""Invented sessions, one or more a screen, for the gallery and the tests. The person is drivers/rig/people.toml's."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np

from drivers.id_card.card import IdCard
from kiosk_app.session.model import (
    CardStep,
    FaceView,
    FieldError,
    FormView,
    MaterialsView,
    PaperState,
    PaperView,
    Session,
    State,
    SubmitPhase,
)
from ui.kiosk_like import Frame
from ui.sample_many import MANY
from ui.sample_offline import offline_sessions
from ui.sample_texts import GUIDE, NEEDS, OFFERS, PAGES, REMEDIES, STANDARDS, text
from wire.messages import (
    Decision,
    DecisionOutcome,
    DocumentOrder,
    MaterialRef,
    SignedOrder,
    StandardOutcome,
    StandardResult,
)

RIG = Path(__file__).parent.parent / "drivers" / "rig"
ID = "0192f3a1-7c00-7000-8000-{:012d}"
NOON = datetime(2026, 11, 23, 2, 14, tzinfo=UTC)


def person() -> dict[str, str]:
    """The invented holder."""
    with (RIG / "people.toml").open("rb") as file:
        holder: dict[str, str] = tomllib.load(file)["holder"]
    return holder


def card() -> IdCard:
    """The holder's card, without a photo."""
    holder = person()
    return IdCard(
        name=holder["name"],
        sex=holder["sex"],
        nation="汉",
        birth_date=holder["birth_date"],
        address=holder["address"],
        id_number=holder["id_number"],
        authority=holder["authority"],
        valid_from=holder["valid_from"],
        valid_until=holder["valid_until"],
        photo=b"",
    )


def values() -> dict[str, Any]:
    """A filled-in form."""
    holder = person()
    return {
        "operator_name": holder["name"],
        "operator_id_number": holder["id_number"],
        "operator_sex": holder["sex"],
        "operator_domicile": holder["address"],
        "phone": holder["phone"],
        "trade_name": holder["trade_name"],
        "organisation_form": "personal",
        "capital_wan": 3,
        "employees": 2,
        "premises_address": holder["premises_address"],
        "premises_right": "rent",
        "premises_area": 46.5,
        "scope": ["books", "stationery", "coffee"],
    }


def order(number: int, zh: str, en: str) -> SignedOrder:
    """An order as the office would sign it; the signature is not one."""
    return SignedOrder(
        order=DocumentOrder(
            order_id=ID.format(number),
            application_id=ID.format(1),
            template="business_licence_original",
            template_version="1",
            title=text(zh, en),
            data={},
            identifier="",
            verification_url="",
            stock_type="business_licence_a3",
            media="iso_a3_297x420mm",
            holder_id_number=person()["id_number"],
            issued_at=NOON,
        ),
        signature="",
    )


ORDERS = (
    order(11, "营业执照（正本）", "Business licence (original)"),
    order(12, "营业执照（副本）", "Business licence (duplicate)"),
)


def decision(outcome: DecisionOutcome) -> Decision:
    """Every standard met, or the one about the proof of premises not met or undecided."""
    told = {
        DecisionOutcome.GRANTED: StandardOutcome.MET,
        DecisionOutcome.REFUSED: StandardOutcome.NOT_MET,
        DecisionOutcome.HUMAN: StandardOutcome.UNDECIDED,
    }[outcome]
    results = [
        StandardResult(
            code=f"AA-01-{index:02d}",
            kind="validity",
            title=title,
            legal_basis=basis,
            outcome=StandardOutcome.MET if good else told,
            explanation=met if good or told is StandardOutcome.MET else other,
        )
        for index, (title, basis, met, other, good) in enumerate(STANDARDS, 1)
    ]
    reasons = tuple(result.explanation for result in results if result.outcome is not StandardOutcome.MET)
    return Decision(
        application_id=ID.format(1),
        outcome=outcome,
        decided_by="machine",
        decided_at=NOON,
        standards=tuple(results),
        reasons=reasons,
        remedies=REMEDIES if outcome is DecisionOutcome.REFUSED else None,
        orders=ORDERS if outcome is DecisionOutcome.GRANTED else (),
    )


def page_ref() -> MaterialRef:
    """A captured page."""
    return MaterialRef(kind="premises_proof", sha256="0" * 64, media_type="image/jpeg", size_bytes=1)


def _papers(*states: PaperState) -> tuple[PaperView, ...]:
    reason = {
        PaperState.NOT_PRINTED: text("打印机缺纸。", "The printer is out of paper."),
        PaperState.UNKNOWN: text("打印机在出纸时卡纸。", "The paper jammed on its way out."),
    }
    return tuple(
        PaperView(each.order.order_id, each.order.title, state, reason.get(state))
        for each, state in zip(ORDERS, states, strict=True)
    )


def sessions(locale: str) -> dict[str, Session]:
    """Name of the picture to the session it shows."""
    idle = Session(state=State.IDLE, locale=locale, offers=OFFERS, online=True, telephone="12345")
    known = replace(idle, session_id="s", card=card(), card_on_reader=True)
    chosen = replace(known, service="AA-01", service_name=OFFERS[0].name, guide=GUIDE)
    filled = FormView(pages=PAGES, values=values())
    kept = MaterialsView(needs=NEEDS, captured={"premises_proof": page_ref()})
    url = "https://office.example/p/9Yc0pVbq3mD1kR7sTfXw2A"
    followed = replace(chosen, application_id=ID.format(1), local_number="4821-7063-4", progress_url=url)
    sent = replace(followed, form=filled, materials=kept)
    known_to_office = replace(sent, reference="AA01-20261123-0001")
    unfilled = {**values(), "phone": "138", "trade_name": "", "capital_wan": "三", "scope": []}
    wrong = (
        FieldError("trade_name", text("请填写 4 到 40 个字的字号名称", "Enter a trade name of 4 to 40 characters")),
        FieldError("capital_wan", text("请用数字填写资金数额", "Enter the capital as a number")),
    )

    def face(**view: Any) -> Session:
        return replace(known, state=State.FACE, face=FaceView(**view))

    def decided(outcome: DecisionOutcome, **more: Any) -> Session:
        return replace(known_to_office, state=State.DECISION, decision=decision(outcome), **more)

    def printing(*states: PaperState) -> Session:
        return replace(decided(DecisionOutcome.GRANTED), state=State.PRINT, papers=_papers(*states))

    broken = text("打印机和网络同时不可用，本机暂时不能办理。", "Printer and network are both unavailable.")
    return {
        "01-idle": idle,
        "02-consent": replace(idle, state=State.CONSENT, session_id="s"),
        "03-card": replace(idle, state=State.CARD, session_id="s"),
        "04-card-reading": replace(idle, state=State.CARD, session_id="s", card_step=CardStep.READING),
        "05-card-problem": replace(
            idle,
            state=State.CARD,
            session_id="s",
            card_step=CardStep.PROBLEM,
            card_problem=text("没有读到身份证里的信息。", "The card could not be read."),
        ),
        "05b-card-not-accepted": replace(
            idle,
            state=State.CARD,
            session_id="s",
            card_step=CardStep.PROBLEM,
            card_problem=text(
                "您的身份证已过有效期，请换领后再来办理，或到窗口咨询。",
                "Your ID card has expired. Please renew it first, or ask at the counter.",
            ),
            card_again=False,
        ),
        "06-face-turn": face(challenge="turn_left", seconds_left=6, step=1, steps=3),
        "07-face-hint": face(challenge="blink", hint="come_closer", seconds_left=4, step=2, steps=3),
        "08-face-refused": face(attempt=2, refused="not_same"),
        "09-face-exhausted": face(attempt=3, refused="not_same", exhausted=True),
        "09b-face-no-photo": face(attempt=1, refused="photo", exhausted=True),
        "10-home": replace(known, state=State.HOME),
        "10b-home-many": replace(known, state=State.HOME, offers=MANY),
        "11-home-collect": replace(known, state=State.HOME, collectable=ORDERS),
        "12-guide": replace(chosen, state=State.GUIDE),
        "13-form-operator": replace(chosen, state=State.FORM, form=filled),
        "14-form-name": replace(chosen, state=State.FORM, form=replace(filled, page=1)),
        "15-form-errors": replace(
            chosen, state=State.FORM, form=FormView(pages=PAGES, page=1, values=unfilled, errors=wrong)
        ),
        "16-form-premises": replace(chosen, state=State.FORM, form=replace(filled, page=2)),
        "17-form-scope": replace(chosen, state=State.FORM, form=replace(filled, page=3)),
        "18-materials": replace(chosen, state=State.MATERIALS, materials=MaterialsView(needs=NEEDS)),
        "19-materials-problem": replace(
            chosen, state=State.MATERIALS, materials=MaterialsView(needs=NEEDS, problem="blurred")
        ),
        "20-materials-preview": replace(
            chosen, state=State.MATERIALS, materials=MaterialsView(needs=NEEDS, preview=page_ref())
        ),
        "21-review": replace(sent, state=State.REVIEW),
        "22-submit-sealing": replace(sent, state=State.SUBMIT, submit=SubmitPhase.SEALING),
        "23-submit-deciding": replace(known_to_office, state=State.SUBMIT, submit=SubmitPhase.DECIDING),
        "24-submit-queued": replace(sent, state=State.SUBMIT, submit=SubmitPhase.QUEUED, online=False),
        "25-decision-granted": decided(DecisionOutcome.GRANTED),
        "26-decision-refused": decided(DecisionOutcome.REFUSED),
        "27-decision-human": decided(DecisionOutcome.HUMAN, human_asked=True),
        "28-decision-queued": replace(sent, state=State.DECISION, submit=SubmitPhase.QUEUED, online=False),
        "29-print": printing(PaperState.PRINTED, PaperState.PRINTING),
        "30-print-done": printing(PaperState.PRINTED, PaperState.PRINTED),
        "31-print-failed": printing(PaperState.UNKNOWN, PaperState.NOT_PRINTED),
        "32-receipt": replace(known_to_office, state=State.RECEIPT, receipt=PaperState.PRINTING),
        "33-receipt-done": replace(known_to_office, state=State.RECEIPT, receipt=PaperState.PRINTED),
        "34-take-card": replace(idle, state=State.TAKE_CARD, ending="finished", card_on_reader=True),
        "35-countdown": replace(chosen, state=State.FORM, form=filled, countdown=9),
        "36-out-of-service": replace(idle, state=State.OUT_OF_SERVICE, out_of_service=broken, online=False),
        "37-maintenance": replace(idle, state=State.MAINTENANCE),
        "38-failsafe": replace(idle, state=State.FAILSAFE, card_on_reader=True),
    } | offline_sessions(idle, known, chosen, sent)


class SampleKiosk:
    """An appliance that shows what it is told to and remembers what was posted."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._callbacks: list[Callable[[Session], None]] = []
        self.posted: list[Any] = []
        self._face = cast(Frame, cv2.imread(str(RIG / "faces" / "astronaut.png")))
        self._page = _sample_page()

    @property
    def session(self) -> Session:
        return self._session

    def show(self, session: Session) -> None:
        """Change the session, as the reducer would."""
        self._session = session
        for callback in self._callbacks:
            callback(session)

    def subscribe(self, callback: Callable[[Session], None]) -> None:
        self._callbacks.append(callback)

    def post(self, event: Any) -> None:
        self.posted.append(event)

    def face_frame(self) -> Frame | None:
        # The head and shoulders of the picture, as a camera at 640 x 480 would see them.
        frame: Frame = np.ascontiguousarray(self._face[0:340, 10:463])
        return frame

    def page_frame(self) -> Frame | None:
        return self._page

    def captured_page(self) -> bytes | None:
        done, data = cv2.imencode(".jpg", self._page)
        return bytes(data) if done else None

    def search(self, query: str) -> list[str]:
        wanted = query.lower()
        return [
            offer.code
            for offer in self._session.offers
            if wanted in offer.pinyin or wanted in offer.name.zh or wanted in offer.name.en.lower()
        ]

    def start(self) -> None: ...

    def stop(self) -> None: ...


def _sample_page() -> Frame:
    """A sheet of paper with lines of something, on a dark table."""
    table: Frame = np.full((1100, 820, 3), (58, 62, 60), np.uint8)
    table[60:1040, 60:760] = (236, 241, 244)
    table[150:176, 260:560] = (70, 70, 70)
    for row in range(18):
        table[250 + row * 40 : 260 + row * 40, 130 : 690 - (row * 37) % 150] = (120, 120, 120)
    cv2.circle(table, (590, 900), 70, (60, 60, 190), 6)
    return table
