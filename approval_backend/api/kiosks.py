"""What kiosks ask: materials, intake, decisions, catalogue."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError

from approval_backend.api.signed import body_within, signing_device
from approval_backend.intake.envelopes import shape_errors, take_in
from approval_backend.intake.materials import LARGEST_MATERIAL_BYTES, keep_material, material_of
from approval_backend.intake.refusal import Refusal
from approval_backend.office import Office
from approval_backend.store.tables import DecisionRow, EnvelopeRow
from wire.messages import UUID_PATTERN, Envelope, EnvelopeKind

LARGEST_ENVELOPE_BYTES = 256 * 1024  # a form and its references are a few kilobytes; materials go separately
LOOK_S = 1.0
LONGEST_WAIT_S = 30.0  # below the idle limits of proxies in between, 60 s with nginx


def kiosk_routes(office: Office) -> APIRouter:
    """The routes below /v1."""
    router = APIRouter(prefix="/v1")

    @router.put("/materials/{sha256}", status_code=201)
    async def put_material(sha256: str, request: Request) -> Response:
        content = await body_within(request, LARGEST_MATERIAL_BYTES)
        device_id = await run_in_threadpool(signing_device, office.store, request, content)
        media_type = request.headers.get("content-type", "").split(";")[0].strip()
        await run_in_threadpool(keep_material, office.store, sha256, media_type, content, device_id)
        return Response(status_code=201)

    @router.head("/materials/{sha256}")
    async def has_material(sha256: str, request: Request) -> Response:
        device_id = await run_in_threadpool(signing_device, office.store, request, b"")
        if not await run_in_threadpool(material_of, office.store, sha256, device_id):
            raise Refusal(404, "material-unknown", "No such material of this device")
        return Response(headers={"ETag": f'"{sha256}"'})  # the hash again: a captive portal's 200 says nothing

    @router.post("/intake")
    async def intake(request: Request) -> Response:
        raw = await body_within(request, LARGEST_ENVELOPE_BYTES)
        try:
            envelope = Envelope.model_validate_json(raw)
        except ValidationError as error:
            raise Refusal(422, "envelope", "Not an envelope", errors=shape_errors(error)) from error
        acknowledgement = await run_in_threadpool(
            take_in, office.store, office.catalogue, envelope, office_key=office.key
        )
        if envelope.sealed.kind is EnvelopeKind.APPLICATION:
            office.worker.wake()
        elif envelope.sealed.kind is EnvelopeKind.HUMAN_REVIEW:
            office.bell.ring(str(envelope.sealed.body["application_id"]))
        return _json(acknowledgement.model_dump_json())

    @router.get("/applications/{application_id}/decision")
    async def decision(
        application_id: str, request: Request, wait: float = Query(0.0, ge=0.0, allow_inf_nan=False)
    ) -> Response:
        device_id = await run_in_threadpool(signing_device, office.store, request, b"")
        await run_in_threadpool(_own_application, office, application_id, device_id)
        event = office.bell.listen(application_id)
        try:
            made = await run_in_threadpool(_decision, office, application_id)
            until = time.monotonic() + min(wait, LONGEST_WAIT_S)
            # The bell rings for what this process decides; another replica's decision is only in the database.
            slice_s = LOOK_S if office.store.is_shared else LONGEST_WAIT_S
            while made is None and (left := until - time.monotonic()) > 0:
                with suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), min(left, slice_s))
                event.clear()
                made = await run_in_threadpool(_decision, office, application_id)
        finally:
            office.bell.leave(application_id, event)
        return Response(status_code=204) if made is None else _json(made)

    @router.get("/catalogue")
    def catalogue(request: Request) -> Response:
        tag = f'"{office.catalogue.version}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return _json(office.signed_catalogue.model_dump_json(), {"ETag": tag})

    @router.get("/announcements")
    def announcements(request: Request) -> Response:
        signed = office.announcements.current()
        tag = f'"{signed.bundle.serial}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return _json(signed.model_dump_json(), {"ETag": tag})

    @router.get("/office-key")
    def office_key() -> Response:
        return Response(office.key.public().pem(), media_type="application/x-pem-file")

    return router


def _json(text: str, headers: dict[str, str] | None = None) -> Response:
    return Response(text, media_type="application/json", headers=headers)


def _own_application(office: Office, application_id: str, device_id: str) -> None:
    """Raises Refusal 404, also for another device's application: what exists elsewhere is nobody's business."""
    row = None
    if re.fullmatch(UUID_PATTERN, application_id):
        with office.store.read() as session:
            row = session.get(EnvelopeRow, application_id)
    if row is None or row.device_id != device_id or row.kind != EnvelopeKind.APPLICATION.value:
        raise Refusal(404, "application-unknown", "No such application of this device")


def _decision(office: Office, application_id: str) -> str | None:
    with office.store.read() as session:
        row = session.get(DecisionRow, application_id)
        return row.message if row is not None else None
