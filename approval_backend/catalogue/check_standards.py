"""What can be wrong with review standards: unknown facts, broken CEL, a standard that its own example does not meet."""

from __future__ import annotations

import re
from pathlib import Path

from approval_backend.catalogue.errors import CatalogueError
from approval_backend.catalogue.example import read_example
from approval_backend.catalogue.libraries import Libraries
from approval_backend.catalogue.load import EXAMPLE_FILE
from approval_backend.catalogue.model import Catalogue, OfferedService, Standard
from approval_backend.intake.forms import form_problems
from approval_backend.review.standards import ReviewStandards, StandardError
from wire.messages import StandardOutcome

_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")
_READ = re.compile(r"\b(?P<fact>[a-z_][a-z0-9_]*)(?:\.(?P<member>[a-z_][a-z0-9_]*))?(?P<call>\()?")
_CEL_WORDS = {"true", "false", "null", "in", "size", "double", "int", "string", "has", "duration", "timestamp"}
_ARTICLE = re.compile(r"》第[〇零一二三四五六七八九十百千]+条")


def check_standards(folder: Path, catalogue: Catalogue, offered: OfferedService) -> list[CatalogueError]:
    """Every problem of a service's standards, tried on its example. The form must be in order."""
    base = f"services/{offered.service.code}"
    file = f"{base}/standards.toml"
    codes = [standard.code for standard in offered.standards]
    problems = [
        CatalogueError(file, code, "is used twice") for code in sorted({c for c in codes if codes.count(c) > 1})
    ]
    for standard in offered.standards:
        for key, reason in _standard_errors(standard, offered, catalogue.libraries):
            problems.append(CatalogueError(file, f"{standard.code}{key}", reason))
    try:
        standards = ReviewStandards(offered.standards)
    except StandardError as error:
        return [*problems, CatalogueError(file, f"{error.code}.{error.key}", error.reason)]
    return problems + _on_example(folder, base, catalogue, offered, standards)


def _standard_errors(standard: Standard, offered: OfferedService, libraries: Libraries) -> list[tuple[str, str]]:
    errors = []
    if not standard.code.startswith(f"{offered.service.code}-"):
        errors.append(("", f"does not begin with {offered.service.code}-"))
    if (standard.ask_person_when is None) != (standard.ask_person is None):
        errors.append(("", "ask_person_when and ask_person belong together"))
    laws = re.findall(r"《([^》]+)》", standard.legal_basis)
    unknown = [law for law in laws if law not in libraries.laws and f"中华人民共和国{law}" not in libraries.laws]
    unknown = [law for law in unknown if law.removeprefix("中华人民共和国") not in libraries.laws]
    errors += [(".legal_basis", f"laws.toml has no {law}") for law in unknown]
    if not laws:
        errors.append((".legal_basis", "names no law in 《》"))
    if not _ARTICLE.search(standard.legal_basis) and not standard.verify:
        errors.append((".verify", "must be true while no article is named"))
    asked = set(offered.form_schema.get("properties", {}))
    for key in ("cel", "ask_person_when"):
        for fact, member in reads(getattr(standard, key) or ""):
            if fact not in libraries.facts:
                errors.append((f".{key}", f"reads {fact}, which facts.toml does not list"))
            elif fact == "form" and member not in asked:
                errors.append((f".{key}", f"reads form.{member}, which the form does not ask"))
            elif member and libraries.facts[fact].fields and member not in libraries.facts[fact].fields:
                errors.append((f".{key}", f"reads {fact}.{member}, which facts.toml does not list"))
    return errors


def reads(expression: str) -> set[tuple[str, str]]:
    """(fact, member) of everything that the expression names; the member is empty for a plain value."""
    found = set()
    bare = _TEXT.sub("''", expression)
    for match in _READ.finditer(bare):
        before = bare[: match.start()].rstrip()
        if before.endswith(".") or match["fact"] in _CEL_WORDS:
            continue  # a member of something already seen, or a word of CEL
        called = match["call"] is not None and match["member"] is not None  # applicant.name.startsWith( ends in a call
        found.add((match["fact"], "" if called else match["member"] or ""))
    return found


def _on_example(
    folder: Path, base: str, catalogue: Catalogue, offered: OfferedService, standards: ReviewStandards
) -> list[CatalogueError]:
    try:
        example = read_example(folder, catalogue, offered)
    except CatalogueError as error:
        return [error]
    wrong = form_problems(offered.form_schema, example.application.form)
    problems = [CatalogueError(f"{base}/{EXAMPLE_FILE}", f"form{p.where}", f"{p.rule}: {p.en}") for p in wrong]
    # An expression that reads a fact which does not exist shows here: it is undecided on an application in order.
    return problems + [
        CatalogueError(f"{base}/standards.toml", result.code, f"is {result.outcome.value} for {EXAMPLE_FILE}, not met")
        for result in standards.apply(example.context)
        if result.outcome is not StandardOutcome.MET
    ]
