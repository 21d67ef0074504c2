"""The shipped catalogue: how much is in it, and that every standard can hold, fail and be undecided."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest

from approval_backend.catalogue.check_standards import reads
from approval_backend.catalogue.example import read_example
from approval_backend.catalogue.figures import figures
from approval_backend.catalogue.load import SHIPPED, load_catalogue, read_text
from approval_backend.catalogue.model import OfferedService
from approval_backend.review.standards import ReviewStandards
from wire.messages import StandardOutcome

CATALOGUE = load_catalogue()
WITH_FORM = {code: offered for code, offered in CATALOGUE.services.items() if offered.service.form is not None}
MACHINE = [code for code, offered in CATALOGUE.services.items() if offered.service.decision == "machine"]
OTHERWISE: tuple[Any, ...] = (False, True, "", "19000101", "20991231", "另外的", 0, -1, 10**7, [], ["另外的"])


def test_the_catalogue_holds_81_services_86_themes_14_licences_16_notices_26_machine_decided() -> None:
    lines = {line[:18].strip(): int(line[18:25]) for line in figures(CATALOGUE)}
    wanted = {"services": 81, "themes": 86, "licence outputs": 14, "notices": 16, "machine-decided": 26}
    assert {name: lines[name] for name in wanted} == wanted
    assert lines["review standards"] == sum(len(offered.standards) for offered in CATALOGUE.services.values())


def test_every_listed_service_has_a_folder() -> None:
    rows = csv.DictReader(io.StringIO(read_text(SHIPPED, "services.tsv")), delimiter="\t")
    assert {row["code"] for row in rows} == set(CATALOGUE.services)


def test_what_a_machine_decides_has_a_form_and_a_way_to_be_decided() -> None:
    assert len(MACHINE) == 26
    for code in MACHINE:
        offered = CATALOGUE.services[code]
        assert offered.service.form is not None
        assert {standard.kind for standard in offered.standards} >= {"validity", "compliance"}, code


def test_a_site_visit_is_in_the_standards_of_every_inspected_service_and_of_no_other() -> None:
    visited = {
        code
        for code, offered in CATALOGUE.services.items()
        if any("inspection" in {fact for fact, _ in reads(standard.cel)} for standard in offered.standards)
    }
    assert visited == {code for code, each in CATALOGUE.services.items() if each.service.decision == "inspected"}


def test_no_citation_names_an_article_that_the_fact_sheet_does_not_give() -> None:
    """Articles of the Licensing Law and the Personal Information Protection Law were looked up; others were not."""
    looked_up = {"行政许可法", "个人信息保护法"}
    for code, offered in CATALOGUE.services.items():
        for citation in offered.service.legal_basis:
            assert citation.verify == (not citation.article), code
            assert not citation.article or citation.law in looked_up, code


def test_every_file_says_that_it_is_sample_data() -> None:
    for path in sorted(SHIPPED.rglob("*.toml")):
        text = path.read_text(encoding="utf-8")
        if path.name in ("facts.toml", "example.toml"):
            continue
        if path.parent.name == "AA-01" and path.name == "standards.toml":
            continue
        assert re.search(r"[Ss]ample", text.split("\n\n")[0] + text[:400]), path


@pytest.mark.parametrize("code", sorted(WITH_FORM))
def test_each_standard_fails_for_something_and_is_undecided_without_its_facts(code: str) -> None:
    offered = WITH_FORM[code]
    context = read_example(SHIPPED, CATALOGUE, offered).context
    for number, standard in enumerate(offered.standards):
        alone = ReviewStandards((standard,))
        outcomes = set()
        for changed in _changed(context, offered, number):
            outcomes.add(alone.apply(changed)[0].outcome)
            if StandardOutcome.NOT_MET in outcomes:
                break
        assert StandardOutcome.NOT_MET in outcomes, standard.code
        if "||" in standard.cel:
            continue  # one side that holds is enough, whatever the other lacks
        for fact in {fact for fact, member in reads(standard.cel) if member}:
            (result,) = alone.apply({name: value for name, value in context.items() if name != fact})
            assert result.outcome is not StandardOutcome.MET, (standard.code, fact)


def _changed(context: dict[str, Any], offered: OfferedService, number: int) -> Iterator[dict[str, Any]]:
    """The facts that a standard reads, one changed at a time."""
    cel = offered.standards[number].cel
    said = re.findall(r"'([^']*)'", cel)  # "is not 'employed'" fails for that word, "differs" for what is the same
    said += [context[f][m] for f, m in sorted(reads(cel)) if m and isinstance(context[f].get(m), str)]
    for fact, member in sorted(reads(cel)):
        facts = context[fact]
        if not isinstance(facts, dict):
            continue
        for name in [member] if member else list(facts):
            inner = facts.get(name)
            if isinstance(inner, dict):  # page.KIND.present
                yield context | {fact: facts | {name: dict.fromkeys(inner, False)}}
                continue
            for value in (*OTHERWISE, *said):
                yield context | {fact: facts | {name: value}}
