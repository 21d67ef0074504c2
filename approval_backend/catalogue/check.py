"""`catalogue check`: everything that a maintainer could get wrong, each with file, key and reason."""

from __future__ import annotations

from pathlib import Path

from approval_backend.catalogue.check_form import check_same_questions, form_errors
from approval_backend.catalogue.check_service import check_service, citation_errors
from approval_backend.catalogue.check_standards import check_standards
from approval_backend.catalogue.errors import CatalogueError
from approval_backend.catalogue.load import load_catalogue
from approval_backend.catalogue.model import Catalogue
from approval_backend.catalogue.themes import joined
from wire.identifiers import is_social_credit_code


def check_catalogue(folder: Path) -> list[CatalogueError]:
    """Every problem found; empty when the folder is in order."""
    try:
        catalogue = load_catalogue(folder)
    except CatalogueError as error:
        return [error]
    problems = _check_district(catalogue) + _check_list(catalogue) + _check_libraries(catalogue)
    sound = True
    for code, offered in catalogue.services.items():
        problems += check_service(offered.service, catalogue)
        if offered.service.form is None:
            continue
        file = f"services/{code}/{offered.service.form}"
        wrong_form = [CatalogueError(file, key, reason) for key, reason in form_errors(offered.form_schema)]
        sound = sound and not wrong_form
        problems += wrong_form or check_standards(folder, catalogue, offered)  # the example needs a sound form
    problems += check_same_questions(catalogue.services)
    return problems + (_check_themes(catalogue) if sound else [])


def _check_district(catalogue: Catalogue) -> list[CatalogueError]:
    if is_social_credit_code(catalogue.district.issuer_code):
        return []
    return [CatalogueError("district.toml", "issuer_code", "is no 18-character code with the right check character")]


def _check_list(catalogue: Catalogue) -> list[CatalogueError]:
    codes = [row.code for row in catalogue.listed]
    problems = [
        CatalogueError("services.tsv", "code", f"{code} has a folder but no row")
        for code in catalogue.services
        if code not in codes
    ]
    return problems + [
        CatalogueError("services.tsv", "code", f"{code} is listed twice")
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]


def _check_libraries(catalogue: Catalogue) -> list[CatalogueError]:
    libraries = catalogue.libraries
    problems = []
    for key, material in libraries.materials.items():
        where = f"material.{key}.held_by"
        if material.held_by and material.held_by not in libraries.departments:
            problems.append(CatalogueError("materials.toml", where, f"departments.toml has no {material.held_by}"))
        if (material.source in ("e_licence", "e_material", "register")) != bool(material.held_by):
            problems.append(CatalogueError("materials.toml", where, f"does not go with source {material.source}"))
    for kind in ("licence", "notice", "paper"):
        for number, document in enumerate(getattr(libraries.outputs, kind)):
            for place, citation in enumerate(document.legal_basis):
                for key, reason in citation_errors(citation, libraries, f"{kind}.{number}.legal_basis.{place}"):
                    problems.append(CatalogueError("outputs.toml", key, reason))
    names = [template for document in libraries.outputs.every for template in document.documents]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(CatalogueError("outputs.toml", name, "is a document of two"))
    return problems


def _check_themes(catalogue: Catalogue) -> list[CatalogueError]:
    problems = []
    names: set[str] = set()
    for line, theme in enumerate(catalogue.themes, start=2):
        unknown = [code for code in theme.services if code not in catalogue.services]
        problems += [CatalogueError("themes.tsv", f"line {line}, services", f"no service {code}") for code in unknown]
        if theme.name.zh in names:
            problems.append(CatalogueError("themes.tsv", f"line {line}, zh", f"{theme.name.zh} is there twice"))
        names.add(theme.name.zh)
        if unknown:
            continue
        formless = [code for code in theme.services if catalogue.services[code].service.form is None]
        problems += [
            CatalogueError("themes.tsv", f"line {line}, services", f"{code} has no form to join") for code in formless
        ]
        if not formless and not joined(theme, catalogue).form_schema["properties"]:
            problems.append(CatalogueError("themes.tsv", f"line {line}, services", "ask nothing"))
    return problems
