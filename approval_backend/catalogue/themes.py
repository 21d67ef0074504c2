"""A theme (我要开…) joins services: each question once, each material once, and what that saves, counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from approval_backend.catalogue.model import Catalogue, MaterialNeed, Service, Theme


@dataclass(frozen=True)
class Saving:
    """Counts with every service on its own, and joined. ``fields`` are those that a person fills in: what the identity
    card answers is not counted. ``visits``: how often somebody would have to come."""

    fields_apart: int
    fields_joined: int
    materials_apart: int
    materials_joined: int
    visits_apart: int
    visits_joined: int = 1


@dataclass(frozen=True)
class JoinedTheme:
    """One application for all services of a theme."""

    theme: Theme
    form_schema: dict[str, Any]  # pages and fields of all, each field once, with the page of the first that asks
    materials: tuple[MaterialNeed, ...]  # to be brought, each once
    reused: tuple[MaterialNeed, ...]  # from libraries and registers, or licences that an earlier service of it issues
    asked_by: dict[str, tuple[str, ...]]  # field -> the services that use the answer
    answered_by: dict[str, str]  # field that nobody is asked -> the document of an earlier service that answers it
    saving: Saving


def joined(theme: Theme, catalogue: Catalogue) -> JoinedTheme:
    """Services keep the theme's order: a licence that one of them issues answers the questions of those after it.

    Raises KeyError for a service that the catalogue does not have.
    """
    pages: dict[str, dict[str, Any]] = {}
    properties: dict[str, Any] = {}
    required: list[str] = []
    asked_by: dict[str, list[str]] = {}
    answered_by: dict[str, str] = {}
    issued: set[str] = set()
    fields_apart = 0
    for code in theme.services:
        offered = catalogue.services[code]
        schema = offered.form_schema
        mine = schema.get("properties", {})
        fields_apart += sum(_is_filled_in(field) for field in mine.values())
        for page in schema.get("x-pages", ()):
            for name in page["fields"]:
                asked_by.setdefault(name, []).append(code)
                source = mine[name].get("x-from")
                if name in properties:
                    continue
                if source in issued:
                    answered_by[name] = source
                    continue
                properties[name] = mine[name]
                kept = pages.setdefault(page["key"], {"key": page["key"], "title": page["title"], "fields": []})
                kept["fields"].append(name)
        required += [name for name in schema.get("required", ()) if name in properties and name not in required]
        issued |= _issued(offered.service, catalogue)
    brought, reused, materials_apart = _materials(theme, catalogue)
    return JoinedTheme(
        theme=theme,
        form_schema={
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": theme.name.zh,
            "type": "object",
            "additionalProperties": False,
            "required": required,
            "x-pages": list(pages.values()),
            "properties": properties,
        },
        materials=brought,
        reused=reused,
        asked_by={name: tuple(codes) for name, codes in asked_by.items()},
        answered_by=answered_by,
        saving=Saving(
            fields_apart=fields_apart,
            fields_joined=sum(_is_filled_in(field) for field in properties.values()),
            materials_apart=materials_apart,
            materials_joined=len(brought),
            visits_apart=len(theme.services),
        ),
    )


def total_saving(catalogue: Catalogue) -> Saving:
    """All themes together."""
    savings = [joined(theme, catalogue).saving for theme in catalogue.themes]
    return Saving(
        fields_apart=sum(saving.fields_apart for saving in savings),
        fields_joined=sum(saving.fields_joined for saving in savings),
        materials_apart=sum(saving.materials_apart for saving in savings),
        materials_joined=sum(saving.materials_joined for saving in savings),
        visits_apart=sum(saving.visits_apart for saving in savings),
        visits_joined=sum(saving.visits_joined for saving in savings),
    )


def _is_filled_in(field: dict[str, Any]) -> bool:
    return not str(field.get("x-prefill", "")).startswith("card.")


def _issued(service: Service, catalogue: Catalogue) -> set[str]:
    """Keys of the licences that this service issues."""
    licences = catalogue.libraries.outputs.licence
    return {licence.key for licence in licences if set(licence.documents) & set(service.outputs)}


def _materials(theme: Theme, catalogue: Catalogue) -> tuple[tuple[MaterialNeed, ...], tuple[MaterialNeed, ...], int]:
    """To be brought, reused, and how many one would show with every service on its own and no library."""
    brought: dict[str, MaterialNeed] = {}
    reused: dict[str, MaterialNeed] = {}
    apart = 0
    for code in theme.services:
        for need in catalogue.services[code].service.materials:
            material = catalogue.libraries.materials.get(need.kind)
            if material is not None and material.source == "commitment":
                continue  # a sentence in the form: counted there
            apart += 1
            photographed = material is None or material.source == "photograph"
            (brought if photographed else reused).setdefault(need.kind, need)
    return tuple(brought.values()), tuple(reused.values()), apart
