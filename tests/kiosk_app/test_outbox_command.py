"""./kiosk outbox, as a technician types it, on a stopped kiosk's own files."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from approval_backend.__main__ import main as office_main
from approval_backend.catalogue.load import load_catalogue
from approval_backend.intake.devices import enrol
from approval_backend.office import office_key, open_store, transfer_key
from kiosk_app.__main__ import main
from kiosk_app.settings import device_key_path, load
from offline_cache.items import OutboxState
from offline_cache.outbox import Outbox
from offline_cache.rekey import unlock
from offline_cache.store import Store
from tests.approval_backend.pages import EXAMPLE
from tests.transfer.conftest import Kiosk
from wire.messages import Problem
from wire.signing import SigningKey
from wire.transfer import RECEIPT_FILE

NAME, NUMBER = EXAMPLE["applicant"]["name"], EXAMPLE["applicant"]["id_number"]
PROBLEM = Problem(type="urn:kiosk-never-closes:problem:form", title="The form is not as its schema asks", status=422)


class Machine:
    """A stopped kiosk: settings file, keys and store; and its office."""

    def __init__(self, folder: Path) -> None:
        self.office = folder / "office"
        self.config = folder / "kiosk.toml"
        self.stick = folder / "stick"
        self.stick.mkdir()
        data = folder / "data"
        (data / "keys").mkdir(parents=True)
        (data / "keys" / "office.pem").write_text(office_key(self.office).public().pem())
        (data / "keys" / "transfer.pem").write_text(transfer_key(self.office).public().pem())
        self.config.write_text(
            'kiosk_id = "kiosk-0007"\ndata = "data"\nruntime = "run"\n[devices]\n[office]\n'
            'url = "http://127.0.0.1:9"\npublic_key = "data/keys/office.pem"\ntransfer_key = "data/keys/transfer.pem"\n'
        )
        self.key = SigningKey.load_or_create(device_key_path(data))
        store = open_store(self.office)
        enrol(store, "kiosk-0007", self.key.public().pem())
        store.close()

    def open(self) -> Store:
        settings = load(self.config)
        return Store.open(settings.data / "kiosk.db", unlock(settings.data, settings.key_place()))

    def prepare(self, work: Callable[[Kiosk], None]) -> None:
        store = self.open()
        work(Kiosk(store, self.key))
        store.close()

    def state(self, envelope_id: str) -> OutboxState:
        store = self.open()
        try:
            return Outbox(store).get(envelope_id).state
        finally:
            store.close()

    def __call__(self, *arguments: str) -> int:
        return main(["outbox", "--config", str(self.config), *arguments])

    def audit(self) -> list[str]:
        lines = [line for file in sorted(self.config.parent.glob("data/log/audit/*")) for line in file.open()]
        return [json.loads(line).get("event", "") for line in lines if line.startswith("{")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def ids(machine: Machine) -> Iterator[list[str]]:
    """Two that wait, then a dead letter."""
    made: list[str] = []

    def work(kiosk: Kiosk) -> None:
        version = load_catalogue().version
        made.extend(kiosk.receive(version, name).sealed.id for name in ("锦江新区一诺书屋", "锦江新区二泉书屋", ""))
        kiosk.outbox.reject(made[2], PROBLEM)

    machine.prepare(work)
    yield made


def test_list_tells_state_age_and_kind_and_nobody_s_name(
    machine: Machine, ids: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert machine("list") == 2, "a dead letter needs a person"
    said = capsys.readouterr().out
    assert [each in said for each in ids] == [True] * 3
    assert "2 waiting, 1 dead letters" in said and "DEAD LETTER" in said and "422" in said
    assert NAME not in said and NUMBER not in said
    assert machine("list", "--dead") == 2
    said = capsys.readouterr().out
    assert ids[2] in said and ids[0] not in said


def test_show_tells_the_problem_and_the_remedy_by_the_end_of_an_id(
    machine: Machine, ids: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert machine("show", ids[2][-8:]) == 0
    said = capsys.readouterr().out
    assert PROBLEM.title in said and "outbox retry" in said and "AA-01" in said
    assert NAME not in said and NUMBER not in said
    assert machine("show", "ffffffff") == 1
    assert machine("show", ids[0][:2]) == 1, "more than one begins so"


def test_personal_content_is_shown_after_a_yes_only_and_is_audited_first(
    machine: Machine, ids: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    assert machine("show", ids[2], "--personal") == 1
    assert NAME not in capsys.readouterr().out
    assert "outbox-shown-personal" not in machine.audit()
    monkeypatch.setattr("sys.stdin", io.StringIO("personal\n"))
    assert machine("show", ids[2], "--personal") == 0
    assert NAME in capsys.readouterr().out
    assert "outbox-shown-personal" in machine.audit()


def test_retry_puts_a_dead_letter_back_and_nothing_else(machine: Machine, ids: list[str]) -> None:
    assert machine("retry", ids[0]) == 1
    assert machine("retry") == 1
    assert machine("retry", ids[2]) == 0
    assert machine.state(ids[2]) is OutboxState.SEALED
    assert machine("retry", "--all") == 0
    assert machine.audit().count("outbox-put-back") == 1


def test_export_import_and_back(machine: Machine, ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert machine("export", "--to", str(machine.stick)) == 0
    (bundle,) = machine.stick.iterdir()
    assert office_main(["import", str(bundle), "--data", str(machine.office)]) == 0
    assert "2 taken in, 0 refused" in capsys.readouterr().out
    assert machine("import", str(bundle / RECEIPT_FILE)) == 0
    assert "2 accepted" in capsys.readouterr().out
    assert [machine.state(each) for each in ids] == [OutboxState.ACCEPTED] * 2 + [OutboxState.REJECTED]
    assert {"bundle-exported", "bundle-acknowledged"} <= set(machine.audit())
    assert machine("export", "--to", str(machine.stick)) == 0
    assert "nothing waits" in capsys.readouterr().out


def test_a_running_kiosk_is_said_plainly(machine: Machine, ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    store = machine.open()
    assert machine("list") == 1
    assert "stop it first" in capsys.readouterr().err
    store.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "--to", "/nowhere/stick"), "is the stick mounted"),
        (("import", "/nowhere/receipt.json"), "No such file"),
        (("show", "zz"), "no envelopes"),
    ],
)
def test_mistakes_are_named_without_a_traceback(
    machine: Machine,
    ids: list[str],
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    words: str,
) -> None:
    assert machine(*arguments) == 1
    assert words in capsys.readouterr().err


def test_a_missing_transfer_key_and_a_wrong_folder_are_named(
    machine: Machine, ids: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    machine.config.write_text(machine.config.read_text().replace('transfer_key = "data/keys/transfer.pem"\n', ""))
    assert machine("export", "--to", str(machine.stick)) == 1
    assert "export-key --transfer" in capsys.readouterr().err
    assert office_main(["import", str(tmp_path), "--data", str(tmp_path / "no-office")]) == 1
    assert "no office there" in capsys.readouterr().err
