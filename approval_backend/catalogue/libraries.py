"""What services share, each said once: departments, laws, materials, documents, form fields, standards, facts."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from wire.text import Bilingual


class Data(BaseModel):
    """A part of the catalogue: never changed once read; unknown keys are refused so that a typing error is found."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Law(Data):
    """laws.toml: a law, regulation, rule or standard. ``number``: order or document number, where it has one."""

    zh: str = Field(min_length=2)  # without the 《》
    en: str = Field(min_length=2)
    number: Bilingual | None = None


class Citation(Data):
    """What a service rests on. ``law`` is a name in laws.toml; without an article it is still to be verified."""

    law: str = Field(min_length=2)
    article: str = ""  # e.g. 第三十二条
    verify: bool = False  # true: the district's lawyers have still to name the article


class Material(Data):
    """materials.toml: something by which an applicant proves something."""

    title: Bilingual
    hint: Bilingual
    # photograph: on the table of the kiosk. The rest is not asked of the applicant: e_licence and e_material are this
    # office's libraries, register is what another department holds, commitment a sentence agreed to in the form.
    source: Literal["photograph", "e_licence", "e_material", "register", "commitment"]
    held_by: str = ""  # the department that already holds it, for e_licence, e_material and register


class Document(Data):
    """outputs.toml: a licence, notice or other paper. ``documents``: the templates that it is printed from."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Bilingual
    documents: tuple[str, ...] = Field(min_length=1)
    aliases: tuple[str, ...] = ()  # other Chinese names under which services.tsv hands it out, e.g. one outcome of two
    legal_basis: tuple[Citation, ...] = ()
    valid_years: int | None = Field(default=None, ge=1)  # a licence's term; None: as the licence itself says
    deadline: Bilingual | None = None  # a notice's time limit


class Outputs(Data):
    """outputs.toml."""

    licence: tuple[Document, ...]
    notice: tuple[Document, ...]
    paper: tuple[Document, ...]

    @property
    def every(self) -> tuple[Document, ...]:
        return (*self.licence, *self.notice, *self.paper)

    def of_document(self, template: str) -> Document | None:
        """Whose document this is."""
        return next((each for each in self.every if template in each.documents), None)


class SharedStandard(Data):
    """A review standard, in the catalogue's standards.toml without a code: many services apply it word for word.

    It is met when ``cel`` is true, not met when false. Where ``ask_person_when`` is true, where an input is missing
    or CEL reports an error, it is undecided: a person takes the case.
    """

    kind: Literal["validity", "completeness", "compliance"]
    title: Bilingual
    legal_basis: str = Field(min_length=2)
    verify: bool = False  # as in Citation
    cel: str = Field(min_length=1)
    met: Bilingual
    not_met: Bilingual
    ask_person_when: str | None = None
    ask_person: Bilingual | None = None


class Fact(Data):
    """facts.toml: what an expression may read, and where the office has it from."""

    meaning: Bilingual
    source: Literal["review", "page", "e_licence", "register", "inspection"]
    fields: tuple[str, ...] = ()  # its members; empty: a plain value, or members that only the case knows


class Libraries(Data):
    """All of them, by key; laws by their Chinese name."""

    departments: dict[str, Bilingual]
    laws: dict[str, Law]
    materials: dict[str, Material]
    outputs: Outputs
    fields: dict[str, Any]  # JSON Schemas with the annotations of a form
    standards: dict[str, SharedStandard]
    facts: dict[str, Fact]
