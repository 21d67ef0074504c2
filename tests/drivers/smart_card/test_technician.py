"""A technician signs in with a PIV card, and everybody else is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from drivers.device import Fault
from drivers.smart_card import piv
from drivers.smart_card.authority import Authority, require_trusted
from drivers.smart_card.pcsc import PcscReader
from drivers.smart_card.simulated_files import PivApplication
from drivers.smart_card.simulator import SmartCardSimulator
from drivers.smart_card.technician import sign_in
from tests.drivers.smart_card import certificates
from tests.drivers.smart_card.certificates import DAY, NOW, Issuer, Key
from tests.drivers.smart_card.conftest import PIN, insert

KEYS: dict[str, Callable[[], Key]] = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "RSA-2048": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
}


def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def put(slot: SmartCardSimulator, reader: PcscReader, application: PivApplication) -> None:
    insert(slot, reader, "technician", application)


def refused(reader: PcscReader, authority: Authority, pin: str = PIN, **how: bool) -> Fault:
    with pytest.raises(Fault) as refusal, reader.card() as card:
        sign_in(card, pin, authority, **how)
    return refusal.value


@pytest.mark.parametrize("name", KEYS)
def test_a_technician_signs_in(
    slot: SmartCardSimulator, reader: PcscReader, issuer: Issuer, authority: Authority, name: str
) -> None:
    own = KEYS[name]()
    certificate = issuer.issue(own)
    put(slot, reader, PivApplication(certificate, own, PIN))
    with reader.card() as card:
        trusted = sign_in(card, PIN, authority)
    assert (trusted.serial, trusted.valid_until) == (certificate.serial_number, certificate.not_valid_after_utc)
    assert trusted.revocations_from is None  # no list was given: that is said, not passed over


def test_a_compressed_certificate_is_read(
    slot: SmartCardSimulator, reader: PcscReader, issuer: Issuer, authority: Authority
) -> None:
    own = key()
    put(slot, reader, PivApplication(issuer.issue(own), own, PIN, compressed=True))
    with reader.card() as card:
        sign_in(card, PIN, authority)


def test_a_wrong_pin_says_how_many_tries_are_left_and_the_last_is_not_used_up(
    reader: PcscReader, staff: PivApplication, authority: Authority
) -> None:
    wrong = refused(reader, authority, "000000")
    assert isinstance(wrong, piv.PinWrong)
    assert wrong.tries_left == 2
    assert "000000" not in str(wrong)
    second = refused(reader, authority, "000000")
    assert isinstance(second, piv.PinWrong)
    assert second.tries_left == 1
    assert refused(reader, authority, "000000").code == "smart_card.last_try"
    assert (staff.tries, staff.pins_asked) == (1, 2)
    assert refused(reader, authority, "000000", use_last_try=True).code == "smart_card.pin_blocked"
    assert refused(reader, authority).code == "smart_card.pin_blocked"  # the right one comes too late


def test_the_right_pin_gives_all_tries_back(reader: PcscReader, staff: PivApplication, authority: Authority) -> None:
    refused(reader, authority, "000000")
    with reader.card() as card:
        sign_in(card, PIN, authority)
        assert piv.tries_left(piv.read(card)) is None  # unlocked: the card says nothing
    with reader.card() as card:
        assert piv.tries_left(piv.read(card)) == 3  # and locked again by the reset between two conversations


@pytest.mark.parametrize("pin", ["", "12345", "123456789", "12345a", "１２３４５６"])
def test_a_pin_that_can_be_none_costs_no_try(
    reader: PcscReader, staff: PivApplication, authority: Authority, pin: str
) -> None:
    assert refused(reader, authority, pin).code == "smart_card.pin_malformed"
    assert (staff.tries, staff.pins_asked) == (3, 0)


def test_a_strangers_card_is_not_asked_for_a_pin(
    slot: SmartCardSimulator, reader: PcscReader, authority: Authority
) -> None:
    own = key()
    stranger = PivApplication(certificates.root("Rig authority").issue(own), own, PIN)  # of the same name, too
    put(slot, reader, stranger)
    assert refused(reader, authority).code == "smart_card.certificate_other_authority"
    assert stranger.pins_asked == 0


@pytest.mark.parametrize(
    ("days", "code"),
    [((-30, -1), "smart_card.certificate_expired"), ((1, 30), "smart_card.certificate_not_yet_valid")],
)
def test_a_certificate_outside_its_time_is_refused(
    slot: SmartCardSimulator,
    reader: PcscReader,
    issuer: Issuer,
    authority: Authority,
    days: tuple[int, int],
    code: str,
) -> None:
    own = key()
    certificate = issuer.issue(own, start=NOW + days[0] * DAY, end=NOW + days[1] * DAY)
    put(slot, reader, PivApplication(certificate, own, PIN))
    assert refused(reader, authority).code == code


def test_a_revoked_certificate_is_refused(slot: SmartCardSimulator, reader: PcscReader, issuer: Issuer) -> None:
    own = key()
    certificate = issuer.issue(own)
    put(slot, reader, PivApplication(certificate, own, PIN))
    revoking = Authority([issuer.certificate], revocations=[issuer.revoke(certificate.serial_number)])
    assert refused(reader, revoking).code == "smart_card.certificate_revoked"


def test_a_machines_certificate_signs_nobody_in(
    slot: SmartCardSimulator, reader: PcscReader, issuer: Issuer, authority: Authority
) -> None:
    own = key()
    put(slot, reader, PivApplication(issuer.issue(own, purpose=ExtendedKeyUsageOID.SERVER_AUTH), own, PIN))
    assert refused(reader, authority).code == "smart_card.certificate_not_for_people"


def test_a_copied_certificate_without_its_key_is_found_out(
    slot: SmartCardSimulator, reader: PcscReader, issuer: Issuer, authority: Authority
) -> None:
    put(slot, reader, PivApplication(issuer.issue(key()), key(), PIN))
    assert refused(reader, authority).code == "smart_card.signature_wrong"


def test_a_key_that_we_cannot_check_is_refused(
    slot: SmartCardSimulator, reader: PcscReader, issuer: Issuer, authority: Authority
) -> None:
    own = ec.generate_private_key(ec.SECP521R1())
    put(slot, reader, PivApplication(issuer.issue(own), own, PIN))
    assert refused(reader, authority).code == "smart_card.not_supported"


def test_a_card_that_is_no_piv_card_is_told(resident_card: SmartCardSimulator, reader: PcscReader, authority) -> None:  # type: ignore[no-untyped-def]
    assert refused(reader, authority).code == "smart_card.not_this_card"


@pytest.mark.parametrize("ins", [0xA4, 0xCB, 0x20, 0x87])
def test_a_card_pulled_out_at_any_step_signs_nobody_in(
    slot: SmartCardSimulator, reader: PcscReader, staff: PivApplication, authority: Authority, ins: int
) -> None:
    slot.misbehave("removed_mid_apdu", ins=ins)
    assert refused(reader, authority).code == "smart_card.card_removed"


def test_no_pin_is_shown_on_the_dock(
    slot: SmartCardSimulator, reader: PcscReader, staff: PivApplication, authority: Authority
) -> None:
    with reader.card() as card:
        sign_in(card, PIN, authority)
    assert not any(PIN.encode() in data for _, data in slot.traffic)


def test_a_stale_list_still_revokes_and_its_age_is_told(issuer: Issuer) -> None:
    good, bad = issuer.issue(key()), issuer.issue(key())
    authority = Authority([issuer.certificate], revocations=[issuer.revoke(bad.serial_number)])
    later = NOW + timedelta(days=7)
    assert require_trusted(good, authority, later).revocations_from == NOW - DAY
    with pytest.raises(Fault, match="certificate_revoked"):
        require_trusted(bad, authority, later)


def test_a_list_that_somebody_else_signed_revokes_nobody(issuer: Issuer) -> None:
    good = issuer.issue(key())
    forged: x509.CertificateRevocationList = issuer.revoke(good.serial_number, by=key())
    trusted = require_trusted(good, Authority([issuer.certificate], revocations=[forged]), NOW)
    assert trusted.revocations_from is None


def test_an_authority_in_between_may_issue_and_may_be_revoked(issuer: Issuer) -> None:
    between = issuer.issuer_below("District")
    leaf = between.issue(key())
    require_trusted(leaf, Authority([issuer.certificate], [between.certificate]), NOW)
    gone = Authority([issuer.certificate], [between.certificate], [issuer.revoke(between.certificate.serial_number)])
    with pytest.raises(Fault, match="certificate_revoked"):
        require_trusted(leaf, gone, NOW)


def test_nobody_issues_who_may_not(issuer: Issuer) -> None:
    no_authority = issuer.issuer_below("Not an authority", ca=False)
    too_deep = issuer.issuer_below("District").issuer_below("Town").issuer_below("Street")
    for wrong in (no_authority, too_deep):
        chain = Authority([issuer.certificate], [wrong.certificate])
        with pytest.raises(Fault, match="certificate_other_authority"):
            require_trusted(wrong.issue(key()), chain, NOW)
