"""`catalogue check` names file, key and reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from approval_backend.catalogue.check import check_catalogue
from approval_backend.catalogue.load import SHIPPED, load_catalogue


def test_the_shipped_catalogue_is_in_order() -> None:
    assert check_catalogue(SHIPPED) == []


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped catalogue with six services and their themes: quick to check, so that many mistakes can be tried."""
    folder = tmp_path_factory.mktemp("few") / "catalogue"
    shutil.copytree(SHIPPED, folder)
    for service in (folder / "services").iterdir():
        if service.name not in FEW:
            shutil.rmtree(service)
    head, *rows = (folder / "themes.tsv").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if set(row.split("\t")[2].split()) <= FEW]
    (folder / "themes.tsv").write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
    return folder


def test_a_catalogue_of_a_few_services_is_in_order(few: Path) -> None:
    assert check_catalogue(few) == []


FEW = {"AA-01", "AA-07", "AA-08", "AA-09", "AA-20", "GS-02"}
BREAKAGES: list[tuple[str, str, str, str | None, str | None]] = [
    ("services/AA-01/service.toml", 'decision = "machine"', 'decision = "magic"', "decision", "machine"),
    ("services/AA-01/service.toml", 'offline = "queue"', 'ofline = "queue"', "offline", "required"),
    ("services/AA-01/service.toml", 'offline = "queue"', 'offline = "maybe"', "offline", "queue"),
    ("services/AA-01/service.toml", "offline_reason =", "# offline_reason =", "offline_reason", "required"),
    ("services/AA-01/service.toml", 'code = "AA-01"', 'code = "AA-02"', "code", "folder is AA-01"),
    ("services/AA-01/service.toml", "[[guide]]", "[[guide", "", "line"),
    ("services/AA-01/standards.toml", "applicant.age >= 18", "applicant.age >=", "AA-01-01.cel", "not CEL"),
    ("services/AA-01/standards.toml", "applicant.age >= 18", "applicant.ages >= 18", "AA-01-01", "undecided"),
    ("services/AA-01/standards.toml", 'code = "AA-01-02"', 'code = "AA-01-01"', "AA-01-01", "twice"),
    (
        "services/AA-01/form.schema.json",
        '"x-kind": "phone"',
        '"x-kind": "telefone"',
        "properties.phone.x-kind",
        "none of",
    ),
    (
        "services/AA-01/form.schema.json",
        '"value": "own"',
        '"value": "mine"',
        "properties.premises_right.x-choices",
        "enum",
    ),
    (
        "services/AA-01/form.schema.json",
        '"scope_other"\n      ]',
        '"scope_others"\n      ]',
        "x-pages: scope_other",
        "no page",
    ),
    ("services/AA-01/form.schema.json", '"type": "object",', '"type": "objekt",', "type", "objekt"),
    ("services/AA-01/form.schema.json", '"type": "object",', '"type": "object"', "line 5", "delimiter"),
    ("services/AA-01/example.toml", "capital_wan = 3", "capital_wan = 0", "form/capital_wan", "exclusiveMinimum"),
    ("district.toml", "11510107MB0X10700B", "11510107MB0X107009", "issuer_code", "check character"),
    ("services.tsv", "AA-01\t行政审批", "AA-99\t行政审批", "code", "no row"),
    ("services.tsv", "AA-09\t行政审批", "AA-08\t行政审批", "code", "AA-08 is listed twice"),
    ("services.tsv", "AA-08\t行政审批\t仅", "AA-08\t行政审批\t只", None, "but services.tsv says"),
    (
        "services/AA-07/service.toml",
        'department = "approval"',
        'department = "aproval"',
        "department",
        "has no aproval",
    ),
    ("services/AA-07/service.toml", 'law = "食品安全法"', 'law = "食品法"', "legal_basis.0.law", "has no 食品法"),
    ("services/AA-07/service.toml", ", verify = true", "", "legal_basis.0.verify", "no article"),
    ("services/AA-07/service.toml", "promised_days = 10", "promised_days = 30", "times.promised_days", "longer"),
    ("services/AA-07/service.toml", "legal_days = 20", "legal_days = 45", "times.legal_days", "20 working days"),
    ("services/AA-07/service.toml", '["food_business_licence"]', '["food_licence"]', "outputs.0", "no document"),
    (
        "services/AA-07/service.toml",
        '["food_business_licence"]',
        '["drainage_licence"]',
        "outputs",
        "services.tsv says",
    ),
    ("services/AA-07/service.toml", '"thermal_printer"', '"termal_printer"', "requires.3", "is none of"),
    ("services/AA-07/service.toml", '"thermal_printer"', '"shop:x"', "requires.3", "begins with none of"),
    ("services/AA-07/service.toml", '"document_camera", ', "", "requires", "lacks document_camera"),
    ("services/AA-07/service.toml", 'kind = "food_rules"', 'kind = "food_rule"', "materials.3.kind", "no food_rule"),
    ("services/AA-08/service.toml", "promised_days = 0", "promised_days = 1", "times.promised_days", "must be 0"),
    ("services/AA-07/standards.toml", '"card_in_date"', '"card_in_dat"', "shared.AA-07-01", "no card_in_dat"),
    ("services/AA-07/standards.toml", "verify = true\n", "", "AA-07-11.verify", "no article"),
    ("services/AA-07/standards.toml", "《食品安全法》", "《食品法》", "AA-07-11.legal_basis", "has no 食品法"),
    ("services/AA-07/standards.toml", "form.food_officer", "form.officer", "AA-07-11.cel", "does not ask"),
    ("services/AA-07/standards.toml", "page.food_layout.present", "pages.food_layout.present", "AA-07-09.cel", "pages"),
    ("services/AA-09/standards.toml", "entity.name", "entity.nam", None, "reads entity.nam"),
    ("services/AA-07/example.toml", "[facts.entity]", "[facts.entities]", "facts.entities", "not listed"),
    ("services/AA-07/example.toml", "[facts.entity]", "[facts.proof]", "facts.proof", "taken from the application"),
    ("services/AA-07/form.schema.json", "$defs/phone", "$defs/telephone", "properties.phone.$ref", "no telephone"),
    ("fields.schema.json", '"pattern": "^1[3-9]', '"pattern": "^2[3-9]', None, None),
    ("materials.toml", 'held_by = "health"', 'held_by = "helth"', "material.health_certificates.held_by", "no helth"),
    ("materials.toml", 'source = "photograph"', 'source = "foto"', "material.premises_proof.source", "photograph"),
    ("outputs.toml", ", verify = true", "", "licence.0.legal_basis.0.verify", "no article"),
    ("outputs.toml", '["drainage_licence"]', '["tobacco_retail_licence"]', "tobacco_retail_licence", "of two"),
    ("standards.toml", "applicant.id_number_valid &&", "!applicant.id_number_valid &&", None, None),
    ("themes.tsv", "AA-01 AA-20", "AA-01 AA-91", "line 26, services", "no service AA-91"),
    ("themes.tsv", "AA-01 AA-20", "AA-01 GS-02", "line 26, services", "GS-02 has no form"),
    ("themes.tsv", "我要开面馆", "我要开火锅店", "line 5, zh", "there twice"),
    ("laws.toml", 'zh = "食品安全法"', "zh = 5", "law.11.zh", "string"),
    ("example.toml", "[identity]", "[identities]", None, "is missing"),
    ("services.tsv", "AA-02\t行政审批", "AA-02\t", "line 3, class", "empty"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "reason"), BREAKAGES, ids=[f"{b[0]}:{b[2][:30]}" for b in BREAKAGES]
)
def test_a_mistake_is_named_by_file_key_and_reason(
    few: Path, tmp_path: Path, file: str, old: str, new: str, key: str | None, reason: str | None
) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(few, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = check_catalogue(folder)
    if key is None and reason is None:  # what is shared shows wherever it is used
        assert len({problem.file for problem in problems}) > 1
        return
    found = [p for p in problems if (key is None or (p.file, p.key) == (file, key)) and reason and reason in p.reason]
    assert found, [str(p) for p in problems]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "c")
    (tmp_path / "c/services/AA-01/standards.toml").unlink()
    (problem,) = check_catalogue(tmp_path / "c")
    assert (problem.file, problem.reason) == ("services/AA-01/standards.toml", "the file is missing")


def test_services_without_a_form_or_a_folder_are_listed_and_not_offered(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "c")
    shutil.rmtree(tmp_path / "c/services/PA-06")
    listed = {service.code: service.offered for service in load_catalogue(tmp_path / "c").listed}
    assert listed["AA-01"] and not listed["GS-02"] and not listed["PA-06"]
    assert len(listed) == 81


def test_the_version_changes_with_any_file_and_the_example_is_not_sent(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "c")
    before = load_catalogue(tmp_path / "c")
    with (tmp_path / "c/district.toml").open("a") as file:
        file.write("# one more line\n")
    assert load_catalogue(tmp_path / "c").version != before.version
    assert not [name for name in before.files if "example" in name]
