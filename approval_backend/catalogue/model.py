"""The shapes of the catalogue's files; unknown keys are refused so that a typing error is found."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from wire.text import Bilingual


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BusinessNames(_Data):
    """How a sole proprietor's name is built in this district."""

    district_prefixes: tuple[str, ...] = Field(min_length=1)
    trade_endings: tuple[str, ...] = Field(min_length=1)
    forbidden_words: tuple[str, ...]
    closings: tuple[str, ...] = ()  # may follow the trade, e.g. （个体工商户）


class District(_Data):
    """district.toml."""

    name: Bilingual
    authority: Bilingual
    region_code: str = Field(pattern=r"^[0-9]{6}$")  # GB/T 2260
    issuer_code: str  # GB 32100, 18 characters
    telephone: str
    working_hours: Bilingual
    sample_notice: Bilingual
    business_names: BusinessNames


class GuideSection(_Data):
    heading: Bilingual
    lines: tuple[Bilingual, ...] = Field(min_length=1)


class MaterialNeed(_Data):
    kind: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Bilingual
    hint: Bilingual


class Service(_Data):
    """services/CODE/service.toml."""

    code: str = Field(pattern=r"^[A-Z]{2}-[0-9]{2}$")
    name: Bilingual
    group: Bilingual
    summary: Bilingual
    decision: Literal["machine", "reviewed", "inspected", "immediate", "information"]
    outputs: tuple[str, ...]
    requires: tuple[str, ...]
    offline: Literal["queue", "no"]  # without a network: sealed and sent later, or not possible
    offline_reason: Bilingual  # what a resident reads before choosing: what waits for the office, or why not
    form: str
    guide: tuple[GuideSection, ...]
    materials: tuple[MaterialNeed, ...] = ()


class Standard(_Data):
    """One [[standard]] of standards.toml. ``cel`` and ``ask_person_when`` read what review/context.py builds."""

    code: str
    kind: Literal["validity", "completeness", "compliance"]
    title: Bilingual
    legal_basis: str = Field(min_length=2)
    cel: str = Field(min_length=1)
    met: Bilingual
    not_met: Bilingual
    ask_person_when: str | None = None
    ask_person: Bilingual | None = None


class Standards(_Data):
    """standards.toml."""

    standard: tuple[Standard, ...] = Field(min_length=1)


class OfferedService(_Data):
    """A service that this office takes in: its folder, read."""

    service: Service
    form_schema: dict[str, Any]
    standards: tuple[Standard, ...]


class ListedService(_Data):
    """A row of services.tsv: known by name, whether offered here or not."""

    code: str
    group_zh: str
    name: Bilingual
    offered: bool


class Catalogue(_Data):
    """Everything in the catalogue folder, read and checked in shape. ``files`` is what kiosks are sent."""

    version: str
    district: District
    listed: tuple[ListedService, ...]
    services: dict[str, OfferedService]
    files: dict[str, str]
