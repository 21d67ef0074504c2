from __future__ import annotations

import pytest

from offline_cache.office_client import AuthorisationFault, ItemFault, OfficeClient, ServerFault, Throttled
from tests.offline_cache.office import Office
from tests.offline_cache.samples import DEVICE_ID, DEVICE_KEY, decision, print_report
from wire.canonical import bytes_sha256
from wire.ids import new_id
from wire.signing import SigningKey

PATIENCE_S = 1.0


@pytest.fixture
def client(office: Office) -> OfficeClient:
    return OfficeClient(office.url, DEVICE_ID, DEVICE_KEY, read_s=PATIENCE_S, answer_s=PATIENCE_S)


def test_signed_calls_are_understood(client: OfficeClient, office: Office) -> None:
    client.put_material(bytes_sha256(b"x"), "image/jpeg", b"x")
    assert office.material(bytes_sha256(b"x")) == b"x"
    assert client.catalogue() == office.catalogue
    assert client.decision(new_id(), 1) is None
    assert client.health()


def test_another_devices_signature_is_an_authorisation_fault(office: Office) -> None:
    stranger = OfficeClient(office.url, DEVICE_ID, SigningKey.generate(), read_s=PATIENCE_S, answer_s=PATIENCE_S)
    with pytest.raises(AuthorisationFault):
        stranger.catalogue()


def test_nobody_there_is_a_server_fault(client: OfficeClient, office: Office) -> None:
    office.stop()
    assert not client.health()
    with pytest.raises(ServerFault):
        client.intake(print_report())


@pytest.mark.parametrize("fault", ["portal", "redirect", "portal 404", "truncate", "status 500", "drip", "endless"])
def test_what_is_not_the_offices_answer_is_a_server_fault(client: OfficeClient, office: Office, fault: str) -> None:
    office.always.update(dict.fromkeys(("intake", "material", "catalogue", "decision", "health"), fault))
    with pytest.raises(ServerFault):
        client.intake(print_report())
    with pytest.raises(ServerFault):
        client.catalogue()
    assert not client.health()
    if fault not in ("truncate", "drip", "endless"):  # an upload is answered with 204, which has no body
        with pytest.raises(ServerFault):
            client.put_material(bytes_sha256(b"x"), "image/jpeg", b"x")


def test_a_decision_on_another_application_is_a_server_fault(client: OfficeClient, office: Office) -> None:
    asked = new_id()
    office.decisions[asked] = decision(new_id())
    with pytest.raises(ServerFault):
        client.decision(asked, 0)


def test_retry_after_is_read(client: OfficeClient, office: Office) -> None:
    office.always["intake"] = "status 429"
    with pytest.raises(Throttled) as fault:
        client.intake(print_report())
    assert fault.value.retry_after_s == 1.0


def test_a_refusal_carries_the_offices_words(client: OfficeClient, office: Office) -> None:
    office.always["intake"] = "status 422"
    with pytest.raises(ItemFault) as fault:
        client.intake(print_report())
    assert (fault.value.problem.status, fault.value.problem.title) == (422, "refused")


def test_a_connection_that_the_office_closed_meanwhile_is_made_anew(client: OfficeClient, office: Office) -> None:
    client.intake(print_report())
    office.stop()
    office.start()
    client.intake(print_report())
