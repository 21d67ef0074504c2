"""Submit, decision, paper, receipt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk_app.session import events
from kiosk_app.session.effects import PrintPapers, PrintReceipt, RequestHuman
from kiosk_app.session.ending import end
from kiosk_app.session.model import PaperState, PaperView, Session, State, SubmitPhase
from wire.messages import DecisionOutcome
from wire.text import Bilingual

if TYPE_CHECKING:
    from kiosk_app.session.reducer import Context, Result

STUCK = Bilingual(
    zh="申请已保存在本机，但中心系统未能接收，工作人员会处理并与您联系",
    en="Your application is kept here, but the office could not take it in; staff will deal with it and contact you",
)
SETTLED = (PaperState.PRINTED, PaperState.NOT_PRINTED, PaperState.UNKNOWN)


def reduce(session: Session, event: object, context: Context) -> Result | None:
    rooms = {State.SUBMIT: _submit, State.DECISION: _decision, State.PRINT: _print, State.RECEIPT: _receipt}
    room = rooms.get(session.state)
    return room(session, event, context) if room else None


def _submit(session: Session, event: object, context: Context) -> Result | None:
    match event:
        case events.ApplicationSealed(_, application_id, number, url):
            kept = replace(session, application_id=application_id, local_number=number, progress_url=url)
            return replace(kept, submit=SubmitPhase.SENDING), []
        case events.SealFailed(_, problem):
            # Nothing was kept, so nothing is promised: back to the answers, which are still there.
            return replace(session, state=State.REVIEW, submit=None, notice=problem, working_since=None), []
        case events.Acknowledged(_, reference):
            return replace(session, reference=reference, submit=SubmitPhase.DECIDING), []
        case events.Decided(_, decision):
            return _decided(replace(session, decision=decision), context), []
        case events.OfficeUnreachable() if session.application_id:
            return _decided(replace(session, submit=SubmitPhase.QUEUED), context), []
        case events.DeadLettered(_, why, what_next) if session.application_id:
            return _decided(replace(_stuck(session, why, what_next), submit=SubmitPhase.QUEUED), context), []
    return None


def _stuck(session: Session, why: Bilingual | None, what_next: Bilingual | None) -> Session:
    told = (why, what_next) if why is not None and what_next is not None else None
    return replace(session, notice=STUCK, stuck=told)


def _decided(after: Session, context: Context) -> Session:
    return replace(after, state=State.DECISION, working_since=None, last_touch=context.now)


def _decision(session: Session, event: object, context: Context) -> Result | None:
    match event:
        case events.Acknowledged(_, reference):  # the network came back while the resident was reading
            return replace(session, reference=reference), []
        case events.DeadLettered(_, why, what_next):
            return _stuck(session, why, what_next), []
        case events.Decided(_, decision) if session.decision is None:
            return replace(session, decision=decision, last_touch=context.now), []
        case events.AskHuman() if not session.human_asked and session.application_id:
            return replace(session, human_asked=True), [RequestHuman(session.session_id, session.application_id)]
        case events.PrintPressed() if session.decision is not None and session.decision.orders:
            granted = session.decision.outcome is DecisionOutcome.GRANTED
            if not granted:
                return session, []
            papers = tuple(PaperView(s.order.order_id, s.order.title) for s in session.decision.orders)
            ids = tuple(paper.order_id for paper in papers)
            printing = replace(session, state=State.PRINT, papers=papers, working_since=context.now)
            return printing, [PrintPapers(session.session_id, ids)]
        case events.Proceed():
            return _to_receipt(session, context)
    return None


def _print(session: Session, event: object, context: Context) -> Result | None:
    match event:
        case events.PaperChanged(_, order_id, state, reason):
            papers = tuple(
                replace(p, state=state, reason=reason) if p.order_id == order_id and p.state not in SETTLED else p
                for p in session.papers
            )
            changed = replace(session, papers=papers)
            if all(paper.state in SETTLED for paper in papers):
                changed = replace(changed, working_since=None, last_touch=context.now)
            return changed, []
        case events.Proceed() if all(paper.state in SETTLED for paper in session.papers):
            return _to_receipt(session, context)
    return None


def _to_receipt(session: Session, context: Context) -> Result:
    waiting = replace(session, state=State.RECEIPT, receipt=PaperState.PRINTING, working_since=context.now)
    return waiting, [PrintReceipt(session.session_id)]


def _receipt(session: Session, event: object, context: Context) -> Result | None:
    match event:
        case events.ReceiptChanged(_, state):
            busy = session.working_since if state not in SETTLED else None
            return replace(session, receipt=state, working_since=busy, last_touch=context.now), []
        case events.Proceed() if session.receipt in SETTLED:
            return end(session, "finished", context.now)
    return None
