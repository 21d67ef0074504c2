"""What kiosks are sent of the catalogue: services with their guide and materials written out, forms, themes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from approval_backend.catalogue.guide import guide_of
from approval_backend.catalogue.libraries import Libraries
from approval_backend.catalogue.model import OfferedService
from approval_backend.catalogue.toml_text import toml_text

_AS_THEY_ARE = ("district.toml", "services.tsv", "themes.tsv")


def files_for_kiosks(folder: Path, services: Mapping[str, OfferedService], libraries: Libraries) -> dict[str, str]:
    """Text by path. Standards stay at the office, which applies them; a kiosk is told their results."""
    files = {name: (folder / name).read_text(encoding="utf-8") for name in _AS_THEY_ARE}
    for code, offered in services.items():
        if offered.service.form is None:
            continue
        files[f"services/{code}/service.toml"] = _service_text(offered, libraries)
        files[f"services/{code}/{offered.service.form}"] = json.dumps(offered.form_schema, ensure_ascii=False)
    return files


def _service_text(offered: OfferedService, libraries: Libraries) -> str:
    service = offered.service
    names = ("code", "name", "group", "summary", "decision", "times", "outputs", "requires", "offline")
    table = service.model_dump(mode="json", include={*names, "offline_reason", "form"})
    guide = service.guide or guide_of(service, libraries)
    table["guide"] = [section.model_dump(mode="json") for section in guide]
    materials = []
    for need in service.materials:
        material = libraries.materials.get(need.kind)
        if material is not None and material.source == "photograph":  # the rest is not asked of the resident
            title, hint = need.title or material.title, need.hint or material.hint
            materials.append({"kind": need.kind, "title": title.model_dump(), "hint": hint.model_dump()})
    return toml_text(table | {"materials": materials})
