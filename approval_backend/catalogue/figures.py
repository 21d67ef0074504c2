"""How many of what the catalogue holds: the counts that `catalogue check` prints."""

from __future__ import annotations

from collections.abc import Iterator

from approval_backend.catalogue.guide import time_lines
from approval_backend.catalogue.model import Catalogue, Theme
from approval_backend.catalogue.themes import Saving, joined, total_saving


def figures(catalogue: Catalogue) -> Iterator[str]:
    """One line each, ready to print. The catalogue must be in order."""
    services = [offered.service for offered in catalogue.services.values()]
    outputs = catalogue.libraries.outputs
    issued = {name for service in services if not _one_of_many(service.code, catalogue) for name in service.outputs}
    licences = [licence for licence in outputs.licence if issued & set(licence.documents)]
    by_mode = {mode: sum(service.decision == mode for service in services) for mode in _MODES}
    standards = [standard for offered in catalogue.services.values() for standard in offered.standards]
    cited = [citation for service in services for citation in service.legal_basis]
    listed, forms, kinds = len(catalogue.listed), _forms(catalogue), len(catalogue.libraries.materials)
    saving = total_saving(catalogue)
    fewer_fields, fewer_materials = _less(saving)
    to_verify = sum(citation.verify for citation in cited) + sum(standard.verify for standard in standards)
    yield _line("services", len(services), f"of {listed} listed; {forms} with a form")
    for mode, name in _MODES.items():
        yield _line(f"  {name}", by_mode[mode], "")
    yield _line("licence outputs", len(licences), f"of {len(outputs.licence)} kinds of licence")
    yield _line("notices", len(outputs.notice), "kinds of notices and letters")
    yield _line("review standards", len(standards), "")
    yield _line("materials", kinds, f"kinds; {_reused(catalogue)} of them not asked of anybody")
    yield _line("themes", len(catalogue.themes), "")
    together = f"one service at a time, {saving.fields_joined} as themes ({fewer_fields})"
    yield _line("  fields filled in", saving.fields_apart, together)
    together = f"one service at a time, {saving.materials_joined} as themes ({fewer_materials})"
    yield _line("  materials shown", saving.materials_apart, together)
    yield _line("to verify", to_verify, f"citations without an article, of {len(cited) + len(standards)}")


def _line(what: str, count: int, more: str) -> str:
    return f"{what:18} {count:5}  {more}".rstrip()


_MODES = {
    "machine": "machine-decided",
    "reviewed": "reviewed",
    "inspected": "inspected",
    "immediate": "immediate",
    "information": "information",
}


def _one_of_many(code: str, catalogue: Catalogue) -> bool:
    """Hands out again what others issued, whichever it is."""
    return any(row.code == code and row.output.startswith("(") for row in catalogue.listed)


def _forms(catalogue: Catalogue) -> int:
    return sum(offered.service.form is not None for offered in catalogue.services.values())


def _reused(catalogue: Catalogue) -> int:
    return sum(material.source != "photograph" for material in catalogue.libraries.materials.values())


def _less(saving: Saving) -> tuple[str, str]:
    pairs = (saving.fields_apart, saving.fields_joined), (saving.materials_apart, saving.materials_joined)
    first, second = (f"{1 - together / apart:.0%} fewer" if apart else "none" for apart, together in pairs)
    return first, second


def theme_text(theme: Theme, catalogue: Catalogue) -> str:
    """A theme in both languages: its services, what is asked, brought and reused, what that saves."""
    one = joined(theme, catalogue)
    materials = catalogue.libraries.materials
    lines = [f"{theme.name.zh} / {theme.name.en}"]
    for code in theme.services:
        service = catalogue.services[code].service
        promise = time_lines(service.times)[0]
        lines.append(f"  {code} {service.name.zh} / {service.name.en}: {promise.zh} / {promise.en}")
    for page in one.form_schema["x-pages"]:
        lines.append(f"  asked: {page['title']['zh']} / {page['title']['en']}: {', '.join(page['fields'])}")
    for name, licence in one.answered_by.items():
        lines.append(f"  not asked: {name}, which {licence} answers")
    lines += [f"  bring: {materials[need.kind].title.zh} / {materials[need.kind].title.en}" for need in one.materials]
    lines += [f"  reused: {materials[need.kind].title.zh} / {materials[need.kind].title.en}" for need in one.reused]
    saving = one.saving
    lines.append(
        f"  fields {saving.fields_apart} -> {saving.fields_joined}, "
        f"materials {saving.materials_apart} -> {saving.materials_joined}, "
        f"visits {saving.visits_apart} -> {saving.visits_joined}"
    )
    return "\n".join(lines)
