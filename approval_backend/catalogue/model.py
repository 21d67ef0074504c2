"""The shapes of the catalogue's files; unknown keys are refused so that a typing error is found."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from approval_backend.catalogue.libraries import Citation, Data, Libraries, SharedStandard
from wire.text import Bilingual


class BusinessNames(Data):
    """How a sole proprietor's name is built in this district."""

    district_prefixes: tuple[str, ...] = Field(min_length=1)
    trade_endings: tuple[str, ...] = Field(min_length=1)
    forbidden_words: tuple[str, ...]
    closings: tuple[str, ...] = ()  # may follow the trade, e.g. （个体工商户）


class District(Data):
    """district.toml."""

    name: Bilingual
    authority: Bilingual
    region_code: str = Field(pattern=r"^[0-9]{6}$")  # GB/T 2260
    issuer_code: str  # GB 32100, 18 characters
    telephone: str
    working_hours: Bilingual
    sample_notice: Bilingual
    connections: tuple[str, ...] = ()  # systems of other departments that this office reaches (connection:NAME)
    business_names: BusinessNames


class GuideSection(Data):
    heading: Bilingual
    lines: tuple[Bilingual, ...] = Field(min_length=1)


class MaterialNeed(Data):
    """A material that a service asks for: ``kind`` is a key of materials.toml, where title and source stand."""

    kind: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Bilingual | None = None  # instead of the library's, where a service must say it more closely
    hint: Bilingual | None = None


class Times(Data):
    """Time from acceptance to decision in working days (Licensing Law, art. 82); 0 is on the spot."""

    promised_days: int = Field(ge=0, le=60)
    promised_hours: int | None = Field(default=None, ge=1, le=8)  # a promise shorter than a day
    legal_days: int | None = Field(default=None, ge=0, le=60)  # None: the law sets no time


class Service(Data):
    """services/CODE/service.toml. Names, class, decision and output stand in services.tsv too, and must agree."""

    code: str = Field(pattern=r"^[A-Z]{2}-[0-9]{2}$")
    name: Bilingual
    group: Bilingual
    summary: Bilingual
    decision: Literal["machine", "reviewed", "inspected", "immediate", "information"]
    department: str  # a key of departments.toml
    licensing: bool = False  # an administrative licence (行政许可): the Licensing Law's clocks and notices apply
    legal_basis: tuple[Citation, ...] = Field(min_length=1)
    who: tuple[Bilingual, ...] = Field(min_length=1)  # who may apply
    times: Times
    fee: Bilingual = Bilingual(zh="免费", en="None")
    outputs: tuple[str, ...]  # documents of outputs.toml
    requires: tuple[str, ...]  # devices, stock:TYPE, document:TEMPLATE, function:NAME, connection:NAME
    offline: Literal["queue", "no"]  # without a network: sealed and sent later, or not possible
    offline_reason: Bilingual  # what a resident reads before choosing: what waits for the office, or why not
    form: str | None = None  # the JSON Schema in this folder; None: nothing is asked, so nothing is sealed
    guide: tuple[GuideSection, ...] = ()  # instead of the one that guide.py writes from the rest
    steps: tuple[Bilingual, ...] = ()  # what happens, where it is more than the decision mode says
    materials: tuple[MaterialNeed, ...] = ()


class Standard(SharedStandard):
    """One [[standard]] of standards.toml. ``cel`` and ``ask_person_when`` read what facts.toml lists."""

    code: str


class Standards(Data):
    """standards.toml of a service: its own, and those of the shared standards.toml that it takes over."""

    shared: dict[str, str] = Field(default_factory=dict)  # code here -> key there
    standard: tuple[Standard, ...] = ()


class OfferedService(Data):
    """A service's folder, read."""

    service: Service
    form_schema: dict[str, Any]  # with the shared fields put in; empty where nothing is asked
    standards: tuple[Standard, ...]  # with the shared ones, in the order of their codes


class ListedService(Data):
    """A row of services.tsv: known by name, whether offered here or not."""

    code: str
    group_zh: str
    name: Bilingual
    decision: str
    output: str  # the Chinese name of what is handed out; may be empty
    offered: bool  # can be asked for: it has a form


class Theme(Data):
    """A row of themes.tsv: what a resident wants to do, and the services that it takes, in their order."""

    name: Bilingual
    services: tuple[str, ...] = Field(min_length=1)


class Catalogue(Data):
    """Everything in the catalogue folder, read and checked in shape. ``files`` is what kiosks are sent."""

    version: str
    district: District
    libraries: Libraries
    listed: tuple[ListedService, ...]
    themes: tuple[Theme, ...]
    services: dict[str, OfferedService]
    files: dict[str, str]
