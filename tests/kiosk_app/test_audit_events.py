"""The closed list: what is checked in is what events.toml says, and mypy refuses anything else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from mypy import api

from kiosk_app.audit.definitions import DefinitionError, read_definitions
from kiosk_app.audit.events import ALL
from kiosk_app.audit.generate import DOCUMENT, MODULE, document_text, module_text

ROOT = Path(__file__).resolve().parents[2]


def test_generating_again_changes_nothing() -> None:
    definitions = read_definitions()
    assert MODULE.read_text(encoding="utf-8") == module_text(definitions)
    assert DOCUMENT.read_text(encoding="utf-8") == document_text(definitions)


def test_every_init_has_a_complete_with_a_closed_list_of_ends() -> None:
    known = {event.id: event for event in read_definitions()}
    inits = [name for name in known if name.endswith("-init")]
    assert len(inits) >= 6
    for name in inits:
        assert known[name.removesuffix("init") + "complete"].dispositions


def test_every_event_that_is_not_reserved_is_said_somewhere() -> None:
    sources = [path for path in (ROOT / "kiosk_app").rglob("*.py") if path.name != "events.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    silent = {event.class_name for event in read_definitions() if not event.reserved} - {
        name for name in (each.__name__ for each in ALL.values()) if f"{name}(" in text
    }
    assert silent == set()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[Bad]\nzh = "a"\nen = "b"', "Bad"),
        ('[print-init]\nzh = "a"\nen = "b"', "pairs"),
        ('[x-init]\nzh = "a"\nen = "b"\n[x-complete]\nzh = "a"\nen = "b"', "how it ended"),
        ('[one]\nzh = "a"', "zh and en"),
        ('[one]\nzh = "a"\nen = "b"\ncolour = "red"', "colour"),
        ('[one]\nzh = "a"\nen = "b"\nfields = { disposition = "end" }', "list of words"),
    ],
)
def test_a_list_that_is_not_in_order_names_the_event(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "events.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=named):
        read_definitions(path)


def test_a_wrong_field_or_word_does_not_type_check(tmp_path: Path) -> None:
    right = "events.PrintComplete(order='o', disposition='printed', code='')"
    wrong = [
        "events.PrintComplete(order='o', disposition='jammed', code='')",
        "events.PrintComplete(order='o', disposition='printed')",
        "events.PrintComplete(order='o', disposition='printed', code='', name='somebody')",
        "events.SessionStart(session=7)",
        "events.IdentityComplete('s', 'match', 'high', 'model', '510107199001010010')",
        "'printed'",
    ]
    source = tmp_path / "calls.py"
    lines = ["from kiosk_app.audit import events", "from kiosk_app.audit.log import AuditLog"]
    lines += ["def calls(log: AuditLog) -> None:", *(f"    log.record({call})" for call in [right, *wrong])]
    source.write_text("\n".join(lines), encoding="utf-8")
    options = ["--strict", "--follow-imports=silent", "--config-file", str(ROOT / "pyproject.toml")]
    told, _, _ = api.run([*options, "--python-executable", sys.executable, str(source)])
    for number in range(5, 5 + len(wrong)):
        assert f"calls.py:{number}: error" in told, told
    assert "calls.py:4: error" not in told
