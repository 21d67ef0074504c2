"""Invented sessions of a hall without a network: what is announced, what waits, what the office refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from kiosk_app.health.gates import NEEDS_NETWORK
from kiosk_app.session.finishing import STUCK
from kiosk_app.session.letters import ON_ITS_WAY
from kiosk_app.session.model import LetterView, PaperState, Session, State, SubmitPhase
from ui.sample_texts import OFFERS, text
from wire.announcements import Announcement, Severity

ANNOUNCEMENTS = (
    Announcement(
        id="street-works",
        text=text(
            "书院街11月24日0时至6时施工，请从南门进入大厅。",
            "Road works on 24 November, 0 to 6 h: please use the south door.",
        ),
        severity=Severity.URGENT,
        shown_from=datetime(2026, 11, 20, tzinfo=UTC),
        until=datetime(2026, 11, 25, tzinfo=UTC),
    ),
    Announcement(
        id="new-year",
        text=text(
            "元旦期间人工窗口休息，自助服务照常。", "Counters are closed at New Year; self-service goes on as usual."
        ),
        shown_from=datetime(2026, 11, 20, tzinfo=UTC),
        until=datetime(2027, 1, 4, tzinfo=UTC),
    ),
)

REFUSED = (
    text("填写的内容与审批机关现在的要求不一致", "some answers do not fit what the office asks for now"),
    text("您可以用同一张身份证重新申请一次，也可以等工作人员联系。", "You can apply once more, or wait for staff."),
)
SEALED_AT = datetime(2026, 11, 23, 2, 14, tzinfo=UTC)
LETTERS = (
    LetterView("4821-7063-4", SEALED_AT, OFFERS[0].name, *REFUSED),
    LetterView("1188-2040-6", SEALED_AT, OFFERS[0].name, None, ON_ITS_WAY),
)


def offline_sessions(idle: Session, known: Session, chosen: Session, sent: Session) -> dict[str, Session]:
    """Name of the picture to the session it shows; made from the stages of an ordinary journey."""
    needs_network = tuple(replace(each, available=False, reasons=(NEEDS_NETWORK,), guide=True) for each in OFFERS[:1])
    stuck = replace(sent, state=State.DECISION, submit=SubmitPhase.QUEUED, stuck=REFUSED, notice=STUCK)
    return {
        "39-idle-announcements": replace(idle, announcements=ANNOUNCEMENTS, backlog=12, online=False),
        "40-home-letters": replace(known, state=State.HOME, letters=LETTERS, announcements=ANNOUNCEMENTS[:1]),
        "41-guide-offline": replace(chosen, state=State.GUIDE, online=False, offers=needs_network),
        "42-decision-stuck": stuck,
        "43-receipt-failed": replace(sent, state=State.RECEIPT, receipt=PaperState.NOT_PRINTED),
    }
