"""What can be wrong with a service beside its form and standards: the list, outputs, materials, laws, needs, times."""

from __future__ import annotations

from approval_backend.catalogue.errors import CatalogueError
from approval_backend.catalogue.libraries import Citation, Libraries
from approval_backend.catalogue.model import Catalogue, ListedService, Service

GROUPS = {"行政审批", "政务服务", "公共服务", "便民服务", "党群服务"}
DEVICES = {"id_card", "camera", "document_camera", "laser_printer", "thermal_printer", "fingerprint", "smart_card"}
_NEEDS = {"stock", "document", "function", "connection"}
ALLOWED_BY_LAW = 20  # working days, Administrative Licensing Law art. 42, where no other law says otherwise


def check_service(service: Service, catalogue: Catalogue) -> list[CatalogueError]:
    """Every problem of services/CODE/service.toml."""
    libraries = catalogue.libraries
    row = next((row for row in catalogue.listed if row.code == service.code), None)
    errors = [("code", "has no row in services.tsv")] if row is None else _unlike_the_list(service, row, libraries)
    if service.group.zh not in GROUPS:
        errors.append(("group.zh", f"is none of {sorted(GROUPS)}"))
    if service.department not in libraries.departments:
        errors.append(("department", f"departments.toml has no {service.department}"))
    for number, citation in enumerate(service.legal_basis):
        errors += citation_errors(citation, libraries, f"legal_basis.{number}")
    errors += [
        (f"outputs.{number}", f"outputs.toml has no document {name}")
        for number, name in enumerate(service.outputs)
        if libraries.outputs.of_document(name) is None
    ]
    errors += [
        (f"materials.{number}.kind", f"materials.toml has no {need.kind}")
        for number, need in enumerate(service.materials)
        if need.kind not in libraries.materials
    ]
    errors += _needs_errors(service, libraries) + _time_errors(service)
    file = f"services/{service.code}/service.toml"
    return [CatalogueError(file, key, reason) for key, reason in errors]


def citation_errors(citation: Citation, libraries: Libraries, key: str) -> list[tuple[str, str]]:
    """A law that laws.toml does not have; an article left out without saying that it is to be verified."""
    errors = [] if citation.law in libraries.laws else [(f"{key}.law", f"laws.toml has no {citation.law}")]
    if not citation.article and not citation.verify:
        errors.append((f"{key}.verify", "must be true while no article is named"))
    return errors


def _unlike_the_list(service: Service, row: ListedService, libraries: Libraries) -> list[tuple[str, str]]:
    said = (("name", service.name, row.name), ("group.zh", service.group.zh, row.group_zh))
    said = (*said, ("decision", service.decision, row.decision))  # type: ignore[assignment]
    errors = [(key, f"is {ours}, but services.tsv says {listed}") for key, ours, listed in said if ours != listed]
    if row.output.startswith("("):  # one of many: (any of 14), (the licence replaced)
        return errors if len(service.outputs) > 1 else [*errors, ("outputs", f"services.tsv says {row.output}")]
    found = [libraries.outputs.of_document(name) for name in service.outputs]
    names = {name for document in found if document for name in (document.name.zh, *document.aliases)}
    if row.output not in (names or {""}):
        errors.append(("outputs", f"are {sorted(names)}, but services.tsv says {row.output or 'nothing'}"))
    return errors


def _needs_errors(service: Service, libraries: Libraries) -> list[tuple[str, str]]:
    errors = []
    for number, need in enumerate(service.requires):
        kind, _, name = need.partition(":")
        if not name and kind not in DEVICES:
            errors.append((f"requires.{number}", f"is none of {sorted(DEVICES)} and has no name after a colon"))
        elif name and kind not in _NEEDS:
            errors.append((f"requires.{number}", f"begins with none of {sorted(_NEEDS)}"))
        elif kind == "document" and libraries.outputs.of_document(name) is None:
            errors.append((f"requires.{number}", f"outputs.toml has no document {name}"))
    photographed = [
        need.kind
        for need in service.materials
        if need.kind in libraries.materials and libraries.materials[need.kind].source == "photograph"
    ]
    if photographed and service.form is not None and "document_camera" not in service.requires:
        errors.append(("requires", f"lacks document_camera, which {photographed[0]} needs"))
    if service.form is not None and not {"id_card", "camera"} <= set(service.requires):
        errors.append(("requires", "lacks id_card or camera, without which nobody can apply"))
    return errors


def _time_errors(service: Service) -> list[tuple[str, str]]:
    times, errors = service.times, []
    if times.legal_days is not None and times.promised_days > times.legal_days:
        errors.append(("times.promised_days", f"is longer than the {times.legal_days} working days of the law"))
    if times.promised_hours is not None and times.promised_days != 1:
        errors.append(("times.promised_days", "must be 1 where hours are promised: they pass within a working day"))
    if service.licensing and (times.legal_days is None or times.legal_days > ALLOWED_BY_LAW):
        errors.append(
            ("times.legal_days", f"a licence takes {ALLOWED_BY_LAW} working days at most, or as its law says")
        )
    if service.decision == "machine" and times.promised_days:
        errors.append(("times.promised_days", "must be 0: what a machine decides is decided on the spot"))
    if service.decision != "information" and service.form is None and "queue" in service.offline:
        errors.append(("offline", 'must be "no": without a form there is nothing to queue'))
    return errors
