"""Home, guide, form, materials, check your answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk_app.session import events
from kiosk_app.session.effects import (
    CheckPage,
    ClosePageCamera,
    DropPage,
    OpenPageCamera,
    OpenService,
    PrintPapers,
    SealApplication,
    TakePage,
)
from kiosk_app.session.model import FormView, MaterialsView, PaperView, Session, State, SubmitPhase

if TYPE_CHECKING:
    from kiosk_app.session.reducer import Context, Result

ALL_PAGES = -1  # CheckPage of everything, before submitting


def reduce(session: Session, event: object, context: Context) -> Result | None:
    rooms = {
        State.HOME: _home,
        State.GUIDE: _guide,
        State.FORM: _form,
        State.MATERIALS: _materials,
        State.REVIEW: _review,
    }
    room = rooms.get(session.state)
    return room(session, event, context) if room else None


def _home(session: Session, event: object, context: Context) -> Result | None:
    match event:
        case events.CollectableFound(_, orders, letters):
            return replace(session, collectable=orders, letters=letters), []
        case events.ServiceChosen(code) if session.card and _may_open(session, code):
            return replace(session, notice=None), [OpenService(session.session_id, code, session.card)]
        case events.ServiceOpened(_, code, name, guide, pages, values, needs):
            opened = replace(
                session,
                state=State.GUIDE,
                service=code,
                service_name=name,
                guide=guide,
                form=FormView(pages=pages, values=values),
                materials=MaterialsView(needs=needs),
            )
            return opened, []
        case events.Collect() if session.collectable:
            papers = tuple(PaperView(s.order.order_id, s.order.title) for s in session.collectable)
            ids = tuple(paper.order_id for paper in papers)
            printing = replace(session, state=State.PRINT, papers=papers, working_since=context.now)
            return printing, [PrintPapers(session.session_id, ids)]
    return None


def _may_open(session: Session, code: str) -> bool:
    """A guide may be read whatever is possible just now; the form begins only where the service is."""
    return any(offer.code == code and (offer.available or offer.guide) for offer in session.offers)


def _guide(session: Session, event: object, _: Context) -> Result | None:
    match event:
        case events.BeginApplication() if not any(o.code == session.service and o.available for o in session.offers):
            return session, []  # readiness changed while the guide was read; the screen says why
        case events.BeginApplication():
            return replace(session, state=State.FORM, form=replace(session.form, page=0)), []
        case events.Back():
            # What was typed for this service is dropped with it: another service asks other things.
            return replace(session, state=State.HOME, service="", form=FormView(), materials=MaterialsView()), []
    return None


def _form(session: Session, event: object, _: Context) -> Result | None:
    form = session.form
    match event:
        case events.FieldChanged(name, value):
            fixed = {f.name for page in form.pages for f in page.fields if f.kind == "fixed"}
            if name in fixed:
                return session, []
            left = tuple(error for error in form.errors if error.field != name)
            return replace(session, form=replace(form, values={**form.values, name: value}, errors=left)), []
        case events.NextPage():
            return session, [CheckPage(session.session_id, session.service, form.page)]
        case events.PageChecked(_, page, errors) if page == form.page:
            if errors:
                return replace(session, form=replace(form, errors=errors)), []
            return _past_page(replace(session, form=replace(form, errors=())))
        case events.Back() if form.editing:
            return replace(session, state=State.REVIEW, form=replace(form, editing=False, errors=())), []
        case events.Back() if form.page > 0:
            return replace(session, form=replace(form, page=form.page - 1, errors=())), []
        case events.Back():
            return replace(session, state=State.GUIDE, form=replace(form, errors=())), []
    return None


def _past_page(session: Session) -> Result:
    form = session.form
    if form.editing:
        return replace(session, state=State.REVIEW, form=replace(form, editing=False)), []
    if form.page + 1 < len(form.pages):
        return replace(session, form=replace(form, page=form.page + 1)), []
    return _to_materials(session)


def _to_materials(session: Session) -> Result:
    missing = [i for i, need in enumerate(session.materials.needs) if need.kind not in session.materials.captured]
    if not missing:
        return replace(session, state=State.REVIEW), [ClosePageCamera()]
    view = replace(session.materials, index=missing[0], preview=None, problem="", busy=False)
    return replace(session, state=State.MATERIALS, materials=view), [OpenPageCamera()]


def _materials(session: Session, event: object, context: Context) -> Result | None:
    view = session.materials
    match event:
        case events.CapturePage() if not view.busy and view.preview is None:
            busy = replace(view, busy=True, problem="")
            kind = view.needs[view.index].kind
            working = replace(session, materials=busy, working_since=context.now)
            return working, [TakePage(session.session_id, kind)]
        case events.PageCaptured(_, page):
            shown = replace(view, busy=False, preview=page, problem="")
            return replace(session, materials=shown, working_since=None, last_touch=context.now), []
        case events.PageRefused(_, problem):
            refused = replace(view, busy=False, preview=None, problem=problem)
            return replace(session, materials=refused, working_since=None, last_touch=context.now), []
        case events.RetakePage() if view.preview is not None:
            return replace(session, materials=replace(view, preview=None)), [DropPage()]
        case events.AcceptPage() if view.preview is not None:
            captured = {**view.captured, view.preview.kind: view.preview}
            return _to_materials(replace(session, materials=replace(view, captured=captured, preview=None)))
        case events.Back():
            last = replace(session.form, page=len(session.form.pages) - 1, errors=(), editing=False)
            idle = replace(view, preview=None, busy=False, problem="")
            return (
                replace(session, state=State.FORM, form=last, materials=idle, working_since=None),
                [DropPage(), ClosePageCamera()],
            )
    return None


def _review(session: Session, event: object, context: Context) -> Result | None:
    match event:
        case events.EditPage(page) if 0 <= page < len(session.form.pages):
            return replace(session, state=State.FORM, form=replace(session.form, page=page, editing=True)), []
        case events.EditPage(-1) if session.materials.needs:
            view = replace(session.materials, captured={}, index=0)
            return _to_materials(replace(session, materials=view))
        case events.Back():
            if session.materials.needs:
                view = replace(session.materials, captured={}, index=0)
                return _to_materials(replace(session, materials=view))
            last = replace(session.form, page=len(session.form.pages) - 1)
            return replace(session, state=State.FORM, form=last), []
        case events.SubmitPressed() if session.submit is None:
            return replace(session, notice=None), [CheckPage(session.session_id, session.service, ALL_PAGES)]
        case events.PageChecked(_, -1, errors) if errors:
            wrong = {error.field for error in errors}
            page = next(i for i, p in enumerate(session.form.pages) if wrong & {f.name for f in p.fields})
            form = replace(session.form, page=page, errors=errors, editing=True)
            return replace(session, state=State.FORM, form=form), []
        case events.PageChecked(_, -1, _) if session.submit is None:
            sealing = replace(session, state=State.SUBMIT, submit=SubmitPhase.SEALING, working_since=context.now)
            return sealing, [SealApplication(session.session_id)]
    return None
