"""The web application of one office."""

from __future__ import annotations

from fastapi import FastAPI

from approval_backend.api import problems
from approval_backend.api.kiosks import kiosk_routes
from approval_backend.api.public import public_routes
from approval_backend.api.uploads import upload_routes
from approval_backend.office import Office


def create_app(office: Office) -> FastAPI:
    """Routes and refusals; starting and stopping the office is the caller's."""
    app = FastAPI(title="Approval office", docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json")
    problems.install(app)
    app.include_router(kiosk_routes(office))
    app.include_router(upload_routes(office.store, office.uploads))
    app.include_router(public_routes(office))
    return app
