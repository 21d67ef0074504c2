"""`catalogue check` names file, key and reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from approval_backend.catalogue.check import check_catalogue
from approval_backend.catalogue.load import SHIPPED, load_catalogue


def test_the_shipped_catalogue_is_in_order() -> None:
    assert check_catalogue(SHIPPED) == []


BREAKAGES = [
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
    ("services.tsv", "AA-02\t行政审批", "AA-02\t", "line 3, class", "empty"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "reason"), BREAKAGES, ids=[f"{b[0]}:{b[2][:30]}" for b in BREAKAGES]
)
def test_a_mistake_is_named_by_file_key_and_reason(
    tmp_path: Path, file: str, old: str, new: str, key: str, reason: str
) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(SHIPPED, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [p for p in check_catalogue(folder) if p.file == file and p.key == key and reason in p.reason]
    assert found, [str(p) for p in check_catalogue(folder)]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "c")
    (tmp_path / "c/services/AA-01/standards.toml").unlink()
    (problem,) = check_catalogue(tmp_path / "c")
    assert (problem.file, problem.reason) == ("services/AA-01/standards.toml", "the file is missing")


def test_services_without_a_folder_are_listed_and_not_offered() -> None:
    listed = {service.code: service.offered for service in load_catalogue().listed}
    assert listed["AA-01"] and not listed["AA-02"]
    assert len(listed) == 81


def test_the_version_changes_with_any_file_and_the_example_is_not_sent(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "c")
    before = load_catalogue(tmp_path / "c")
    with (tmp_path / "c/district.toml").open("a") as file:
        file.write("# one more line\n")
    assert load_catalogue(tmp_path / "c").version != before.version
    assert not [name for name in before.files if "example" in name]
