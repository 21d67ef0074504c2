"""The example application of a service: every standard holds for it; made of example.toml and the form's fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from approval_backend.catalogue.errors import CatalogueError
from approval_backend.catalogue.load import EXAMPLE_FILE, read_toml
from approval_backend.catalogue.model import Catalogue, OfferedService
from approval_backend.review.context import build_context
from approval_backend.review.proof import read_proof
from approval_backend.review.reading import Line
from wire.messages import Application


@dataclass(frozen=True)
class Example:
    """``facts``: those that do not come from the application itself; ``context``: all, as standards read them."""

    application: Application
    facts: dict[str, Any]
    context: dict[str, Any]


def read_example(folder: Path, catalogue: Catalogue, offered: OfferedService) -> Example:
    """The example.toml at the top, the service's own over it. Raises CatalogueError naming file, key and reason."""
    file = f"services/{offered.service.code}/{EXAMPLE_FILE}"
    raw = read_toml(folder, EXAMPLE_FILE) | read_toml(folder, file)
    try:
        application = Application.model_validate(
            {
                "service": offered.service.code,
                "catalogue_version": catalogue.version,
                "form": _answers(offered.form_schema) | raw.get("form", {}),
                "applicant": raw["applicant"],
                "identity": raw["identity"],
            }
        )
        lines, today = raw["proof"]["lines"], raw["today"]
    except KeyError as error:
        raise CatalogueError(file, str(error.args[0]), "is missing") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise CatalogueError(file, ".".join(map(str, first["loc"])), first["msg"]) from error
    if not isinstance(today, date):
        raise CatalogueError(file, "today", "is no date like 2026-11-23")
    own = build_context(
        application,
        district=catalogue.district,
        form_schema=offered.form_schema,
        proof=read_proof(tuple(Line(text, 1.0, top=float(row)) for row, text in enumerate(lines))),
        name_taken=False,
        today=today,
    )
    facts = raw.get("facts", {})
    for name in facts:
        if name in own:
            raise CatalogueError(file, f"facts.{name}", "is taken from the application; an example cannot set it")
        if name not in catalogue.libraries.facts:
            raise CatalogueError(file, f"facts.{name}", "is not listed in facts.toml")
    return Example(application, facts, facts | own)


def _answers(schema: dict[str, Any]) -> dict[str, Any]:
    """The form filled in with the fields' own examples; optional fields stay empty."""
    properties = schema.get("properties", {})
    return {
        n: properties[n]["examples"][0] for n in schema.get("required", ()) if properties.get(n, {}).get("examples")
    }
