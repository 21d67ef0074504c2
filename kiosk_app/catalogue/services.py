"""The catalogue as the kiosk reads it: services, guides, forms, out of the office's signed bundle."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from dataclasses import dataclass, field
from typing import Any

from pypinyin import Style, lazy_pinyin

from kiosk_app.catalogue.forms import Form
from kiosk_app.session.model import MaterialNeed
from wire.messages import CatalogueBundle
from wire.text import Bilingual

Guide = tuple[tuple[Bilingual, tuple[Bilingual, ...]], ...]

NOT_OFFERED = Bilingual(
    zh="本大厅暂未开通，请到服务窗口办理", en="Not offered at this hall yet; please ask at a counter"
)


class CatalogueError(ValueError):
    """The bundle cannot be used: file, key, reason."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"catalogue: {file}: {key}: {reason}")


@dataclass(frozen=True)
class Service:
    """One service; ``form`` is None for those that are listed but not offered here."""

    code: str
    name: Bilingual
    group: Bilingual
    summary: Bilingual
    requires: tuple[str, ...] = ()
    offline: bool = False  # without a network: sealed and sent later
    offline_reason: Bilingual | None = None  # what then waits for the office, or why it is not possible
    guide: Guide = ()
    materials: tuple[MaterialNeed, ...] = ()
    form: Form | None = None
    pinyin: str = ""

    @property
    def offered(self) -> bool:
        return self.form is not None


@dataclass(frozen=True)
class Catalogue:
    version: str
    services: dict[str, Service] = field(default_factory=dict)
    district: dict[str, Any] = field(default_factory=dict)


_GROUPS = {
    "行政审批": "Administrative approval",
    "政务服务": "Government service",
    "公共服务": "Public service",
    "便民服务": "Convenience",
    "党群服务": "Party and community",
}


def read_catalogue(bundle: CatalogueBundle) -> Catalogue:
    """Raises CatalogueError naming file, key and reason; a session that began keeps the catalogue it has."""
    services: dict[str, Service] = {}
    for row in csv.DictReader(io.StringIO(bundle.files.get("services.tsv", "")), delimiter="\t"):
        name = Bilingual(zh=row["zh"], en=row["en"])
        group = Bilingual(zh=row["class"], en=_GROUPS.get(row["class"], row["class"]))
        services[row["code"]] = Service(
            row["code"], name, group, Bilingual(zh="", en=""), pinyin=pinyin_initials(name.zh)
        )
    for path in bundle.files:
        if path.startswith("services/") and path.endswith("/service.toml"):
            service = _service(bundle, path)
            services[service.code] = service
    district = tomllib.loads(bundle.files.get("district.toml", ""))
    return Catalogue(bundle.version, services, district)


def _service(bundle: CatalogueBundle, path: str) -> Service:
    folder = path.rsplit("/", 1)[0]
    try:
        raw = tomllib.loads(bundle.files[path])
        name = Bilingual(**raw["name"])
        form_path = f"{folder}/{raw['form']}"
        return Service(
            code=raw["code"],
            name=name,
            group=Bilingual(**raw["group"]),
            summary=Bilingual(**raw["summary"]),
            requires=tuple(raw.get("requires", ())),
            offline=raw.get("offline") in ("queue", True),  # true: as catalogues before this one said it
            offline_reason=Bilingual(**raw["offline_reason"]) if "offline_reason" in raw else None,
            guide=tuple(
                (Bilingual(**part["heading"]), tuple(Bilingual(**line) for line in part["lines"]))
                for part in raw.get("guide", ())
            ),
            materials=tuple(
                MaterialNeed(need["kind"], Bilingual(**need["title"]), Bilingual(**need["hint"]))
                for need in raw.get("materials", ())
            ),
            form=Form(json.loads(bundle.files[form_path])),
            pinyin=pinyin_initials(name.zh),
        )
    except KeyError as error:
        raise CatalogueError(path, str(error.args[0]), "is missing") from error
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, TypeError, ValueError) as error:
        raise CatalogueError(path, "(whole file)", str(error)) from error


def pinyin_initials(text: str) -> str:
    """个体工商户 -> gtgsh; Latin letters and digits stay, punctuation goes."""
    letters = lazy_pinyin(text, style=Style.FIRST_LETTER)  # what is not Hanzi comes through as it is
    return "".join(c for part in letters for c in part.lower() if c.isalnum())


def search(catalogue: Catalogue, query: str) -> list[str]:
    """Codes whose names, code or pinyin initials contain the query; offered ones and early matches first."""
    wanted = "".join(query.split()).lower()
    if not wanted:
        return [code for code, service in catalogue.services.items() if service.offered]
    hits: list[tuple[bool, int, str]] = []
    for code, service in catalogue.services.items():
        places = (
            service.name.zh.find(wanted),
            service.pinyin.find(wanted),
            service.name.en.lower().replace(" ", "").find(wanted),
            code.lower().replace("-", "").find(wanted.replace("-", "")),
        )
        found = [place for place in places if place >= 0]
        if found:
            hits.append((not service.offered, min(found), code))
    return [code for _, _, code in sorted(hits)]
