"""Reading the catalogue folder; every error names file, key and reason."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from approval_backend.catalogue.errors import CatalogueError as CatalogueError
from approval_backend.catalogue.libraries import Fact, Law, Libraries, Material, Outputs, SharedStandard
from approval_backend.catalogue.model import (
    Catalogue,
    District,
    ListedService,
    OfferedService,
    Service,
    Standard,
    Standards,
    Theme,
)
from approval_backend.catalogue.sent import files_for_kiosks
from wire.canonical import content_sha256
from wire.text import Bilingual

SHIPPED = Path(__file__).resolve().parent.parent / "catalogue_data"
EXAMPLE_FILE = "example.toml"  # for `catalogue check` only; kiosks do not need it
FIELDS_FILE = "fields.schema.json"
FIELD_REFERENCE = f"../../{FIELDS_FILE}#/$defs/"

_Model = TypeVar("_Model", bound=BaseModel)


def load_catalogue(folder: Path = SHIPPED) -> Catalogue:
    """Reads every file below ``folder``. Raises CatalogueError at the first that cannot be read."""
    district = as_model(District, read_toml(folder, "district.toml"), "district.toml")
    libraries = load_libraries(folder)
    services = {
        path.name: _load_service(folder, path.name, libraries)
        for path in sorted((folder / "services").iterdir())
        if path.is_dir()
    }
    listed = _load_list(folder, services)
    themes = tuple(
        Theme(name=Bilingual(zh=row["zh"], en=row["en"]), services=tuple(row["services"].split()))
        for row in _rows(folder, "themes.tsv", ("zh", "en", "services"))
    )
    files = files_for_kiosks(folder, services, libraries)
    version = content_sha256({"files": files})[:16]
    return Catalogue(
        version=version,
        district=district,
        libraries=libraries,
        listed=listed,
        themes=themes,
        services=services,
        files=files,
    )


def load_libraries(folder: Path) -> Libraries:
    """What services share. Raises CatalogueError."""

    def table(name: str, key: str, model: type[_Model]) -> dict[str, _Model]:
        raw = read_toml(folder, name).get(key)
        if not isinstance(raw, dict):
            raise CatalogueError(name, key, "the table is missing")
        return {each: _entry(model, value, name, f"{key}.{each}") for each, value in raw.items()}

    laws = [
        _entry(Law, law, "laws.toml", f"law.{number}")
        for number, law in enumerate(read_toml(folder, "laws.toml").get("law", []))
    ]
    return Libraries(
        departments=table("departments.toml", "department", Bilingual),
        laws={law.zh: law for law in laws},
        materials=table("materials.toml", "material", Material),
        outputs=as_model(Outputs, read_toml(folder, "outputs.toml"), "outputs.toml"),
        fields=_load_json(folder, FIELDS_FILE).get("$defs", {}),
        standards=table("standards.toml", "standard", SharedStandard),
        facts=table("facts.toml", "fact", Fact),
    )


def _load_service(folder: Path, code: str, libraries: Libraries) -> OfferedService:
    base = f"services/{code}"
    service = as_model(Service, read_toml(folder, f"{base}/service.toml"), f"{base}/service.toml")
    if service.code != code:
        raise CatalogueError(f"{base}/service.toml", "code", f"is {service.code}, but the folder is {code}")
    standards: tuple[Standard, ...] = ()
    schema: dict[str, Any] = {}
    if service.form is not None:
        file = f"{base}/standards.toml"
        standards = _with_shared(as_model(Standards, read_toml(folder, file), file), libraries, file)
        schema = resolved(_load_json(folder, f"{base}/{service.form}"), libraries.fields, f"{base}/{service.form}")
    return OfferedService(service=service, form_schema=schema, standards=standards)


def _with_shared(standards: Standards, libraries: Libraries, file: str) -> tuple[Standard, ...]:
    taken = list(standards.standard)
    for code, key in standards.shared.items():
        if key not in libraries.standards:
            raise CatalogueError(file, f"shared.{code}", f"standards.toml has no {key}")
        taken.append(Standard(code=code, **libraries.standards[key].model_dump()))
    if not taken:
        raise CatalogueError(file, "standard", "a service with a form has at least one review standard")
    return tuple(sorted(taken, key=lambda standard: standard.code))


def resolved(schema: dict[str, Any], fields: dict[str, Any], file: str) -> dict[str, Any]:
    """``schema`` with each reference to a shared field replaced by the field; annotations beside it take precedence.

    Raises CatalogueError for a reference to a field that there is not.
    """
    properties: dict[str, Any] = {}
    for name, field in schema.get("properties", {}).items():
        reference = field.get("$ref") if isinstance(field, dict) else None
        if reference is None:
            properties[name] = field
            continue
        shared = str(reference).removeprefix(FIELD_REFERENCE)
        if shared not in fields:
            raise CatalogueError(file, f"properties.{name}.$ref", f"{FIELDS_FILE} has no {shared}")
        properties[name] = {**fields[shared], **{key: value for key, value in field.items() if key != "$ref"}}
    return {**schema, "properties": properties} if properties else schema


def _load_json(folder: Path, name: str) -> dict[str, Any]:
    try:
        found = json.loads(read_text(folder, name))
    except json.JSONDecodeError as error:
        raise CatalogueError(name, f"line {error.lineno}", error.msg) from error
    if not isinstance(found, dict):
        raise CatalogueError(name, "", "must be a JSON object")
    return found


def _rows(folder: Path, file: str, needed: tuple[str, ...]) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(read_text(folder, file)), delimiter="\t"))
    for line, row in enumerate(rows, start=2):
        missing = [key for key in needed if not row.get(key)]
        if missing:
            raise CatalogueError(file, f"line {line}, {missing[0]}", "is empty")
    return rows


def _load_list(folder: Path, services: dict[str, OfferedService]) -> tuple[ListedService, ...]:
    return tuple(
        ListedService(
            code=row["code"],
            group_zh=row["class"],
            name=Bilingual(zh=row["zh"], en=row["en"]),
            decision=row["decision"],
            output=row.get("output") or "",
            offered=row["code"] in services and services[row["code"]].service.form is not None,
        )
        for row in _rows(folder, "services.tsv", ("code", "class", "zh", "en", "decision"))
    )


def read_text(folder: Path, name: str) -> str:
    """The UTF-8 text of a file of the catalogue. Raises CatalogueError."""
    try:
        return (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CatalogueError(name, "", "the file is missing") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(name, f"byte {error.start}", "is not UTF-8") from error


def read_toml(folder: Path, name: str) -> dict[str, Any]:
    """A TOML file of the catalogue. Raises CatalogueError with the line that TOML names."""
    try:
        return tomllib.loads(read_text(folder, name))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(name, "", str(error)) from error


def as_model(model: type[_Model], data: dict[str, Any], file: str) -> _Model:
    """``data`` as the model. Raises CatalogueError naming the first key that is wrong."""
    return _entry(model, data, file, "")


def _entry(model: type[_Model], data: Any, file: str, key: str) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join([*([key] if key else []), *(str(part) for part in first["loc"])])
        raise CatalogueError(file, where, first["msg"]) from error
