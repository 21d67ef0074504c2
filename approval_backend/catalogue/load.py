"""Reading the catalogue folder; every error names file, key and reason."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from approval_backend.catalogue.model import Catalogue, District, ListedService, OfferedService, Service, Standards
from wire.canonical import content_sha256
from wire.text import Bilingual

SHIPPED = Path(__file__).resolve().parent.parent / "catalogue_data"
EXAMPLE_FILE = "example.toml"  # for `catalogue check` only; kiosks do not need it
_SENT_SUFFIXES = {".toml", ".json", ".tsv"}

_Model = TypeVar("_Model", bound=BaseModel)


class CatalogueError(ValueError):
    """A file cannot be used: ``file`` (below the folder), ``key`` (dotted, may be empty), ``reason``."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key or '(whole file)'}: {reason}")
        self.file, self.key, self.reason = file, key, reason


def load_catalogue(folder: Path = SHIPPED) -> Catalogue:
    """Reads every file below ``folder``. Raises CatalogueError at the first that cannot be read."""
    files = {
        path.relative_to(folder).as_posix(): read_text(folder, path.relative_to(folder).as_posix())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _SENT_SUFFIXES and path.name != EXAMPLE_FILE
    }
    district = as_model(District, read_toml(folder, "district.toml"), "district.toml")
    services = {
        path.name: _load_service(folder, path.name) for path in sorted((folder / "services").iterdir()) if path.is_dir()
    }
    version = content_sha256({"files": files})[:16]
    listed = _load_list(folder, set(services))
    return Catalogue(version=version, district=district, listed=listed, services=services, files=files)


def _load_service(folder: Path, code: str) -> OfferedService:
    base = f"services/{code}"
    service = as_model(Service, read_toml(folder, f"{base}/service.toml"), f"{base}/service.toml")
    if service.code != code:
        raise CatalogueError(f"{base}/service.toml", "code", f"is {service.code}, but the folder is {code}")
    standards = as_model(Standards, read_toml(folder, f"{base}/standards.toml"), f"{base}/standards.toml")
    form_file = f"{base}/{service.form}"
    try:
        schema = json.loads(read_text(folder, form_file))
    except json.JSONDecodeError as error:
        raise CatalogueError(form_file, f"line {error.lineno}", error.msg) from error
    if not isinstance(schema, dict):
        raise CatalogueError(form_file, "", "a form is a JSON object")
    return OfferedService(service=service, form_schema=schema, standards=standards.standard)


def _load_list(folder: Path, offered: set[str]) -> tuple[ListedService, ...]:
    rows = csv.DictReader(io.StringIO(read_text(folder, "services.tsv")), delimiter="\t")
    listed = []
    for line, row in enumerate(rows, start=2):
        missing = [key for key in ("code", "class", "zh", "en") if not row.get(key)]
        if missing:
            raise CatalogueError("services.tsv", f"line {line}, {missing[0]}", "is empty")
        listed.append(
            ListedService(
                code=row["code"],
                group_zh=row["class"],
                name=Bilingual(zh=row["zh"], en=row["en"]),
                offered=row["code"] in offered,
            )
        )
    return tuple(listed)


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
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise CatalogueError(file, ".".join(str(part) for part in first["loc"]), first["msg"]) from error
