"""Every fault of the book is provoked, by the simulator wherever a card, a reader or pcscd can cause it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from drivers.faults import book
from drivers.smart_card import pcsc, social_security
from drivers.smart_card.authority import Authority
from drivers.smart_card.pcsc import PcscReader, create
from drivers.smart_card.private_pcscd import PrivatePcscd
from drivers.smart_card.simulated_files import PivApplication
from drivers.smart_card.simulated_files import social_security as social_security_application
from drivers.smart_card.simulator import SmartCardSimulator
from drivers.smart_card.technician import sign_in
from tests.drivers import provoking
from tests.drivers.provoking import code_of
from tests.drivers.smart_card import certificates
from tests.drivers.smart_card.certificates import DAY, NOW, Issuer
from tests.drivers.smart_card.conftest import PIN, empty, insert, wait_until
from tests.thorough import figure


@dataclass
class Bench:
    slot: SmartCardSimulator
    reader: PcscReader
    issuer: Issuer
    pcscd: PrivatePcscd

    def read(self) -> None:
        with self.reader.card() as card:
            social_security.read(card, social_security.profile())

    def citizen(self, number: str = "510107188704170022", name: str = "林知夏") -> None:
        insert(self.slot, self.reader, "social security", social_security_application(number, name))

    def misbehaving(self, kind: str, ins: int | None = None) -> str:
        self.citizen()
        self.slot.misbehave(kind, ins=ins)
        return code_of(self.read)

    def technician(self, pin: str = PIN, revoked: bool = False, forged: bool = False, **how: object) -> str:
        """What a sign-in tells; ``how`` is how the certificate is issued."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = how.pop("issuer", self.issuer)
        assert isinstance(issuer, Issuer)
        certificate = issuer.issue(key, **how)  # type: ignore[arg-type]
        kept = ec.generate_private_key(ec.SECP256R1()) if forged else key
        insert(self.slot, self.reader, "technician", PivApplication(certificate, kept, PIN))
        lists = [self.issuer.revoke(certificate.serial_number)] if revoked else []
        return self.sign_in(pin, Authority([self.issuer.certificate], revocations=lists))

    def sign_in(self, pin: str, authority: Authority | None = None, use_last_try: bool = False) -> str:
        def act() -> None:
            with self.reader.card() as card:
                sign_in(card, pin, authority or Authority([self.issuer.certificate]), use_last_try=use_last_try)

        return code_of(act)


def lost(bench: Bench) -> str:
    """vpcd's reader cannot be unplugged from a running pcscd: the driver looks for one that is not there any more."""
    bench.reader._reader = "A reader that was unplugged"
    return code_of(bench.reader.status)


def service_down(bench: Bench) -> str:
    bench.pcscd.kill()
    try:
        return code_of(bench.reader.status)
    finally:
        bench.pcscd.start()


def service_lost(bench: Bench) -> str:
    bench.citizen()
    try:
        with bench.reader.card() as card:
            bench.pcscd.kill()
            return code_of(lambda: card.transmit(bytes.fromhex("0084000008")))
    finally:
        bench.pcscd.start()


def silent(bench: Bench) -> str:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pcsc, "TRANSMIT_S", 1.0)
        return bench.misbehaving("silence")


def in_use(bench: Bench) -> str:
    bench.citizen()
    other = create(bench.pcscd.reader(0), str(bench.pcscd.socket))
    with other.card():
        code = code_of(bench.read)
    other.close()
    return code


def no_card(bench: Bench) -> str:
    empty(bench.slot, bench.reader)
    return code_of(bench.read)


def card_mute(bench: Bench) -> str:
    empty(bench.slot, bench.reader)
    bench.slot.misbehave("mute")
    bench.slot.put("mute")
    wait_until(lambda: code_of(bench.read) != "smart_card.no_card")
    return code_of(bench.read)


def card_reset(bench: Bench) -> str:
    """Another program, which shares where we would not, resets the card under a shared conversation of ours."""
    from smartcard import scard

    bench.citizen()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scard, "SCARD_SHARE_EXCLUSIVE", scard.SCARD_SHARE_SHARED)
        with bench.reader.card() as card:
            other = create(bench.pcscd.reader(0), str(bench.pcscd.socket))
            with other.card():
                pass  # its end resets the card
            other.close()
            return code_of(lambda: card.transmit(bytes.fromhex("0084000008")))


def pin_wrong(bench: Bench) -> str:
    return bench.technician(pin="000000")


def last_try(bench: Bench) -> str:
    bench.technician(pin="000000")
    bench.sign_in("000000")
    return bench.sign_in("000000")


def pin_blocked(bench: Bench) -> str:
    last_try(bench)
    return bench.sign_in("000000", use_last_try=True)


def certificate_invalid(bench: Bench) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    application = PivApplication(bench.issuer.issue(key), key, PIN)
    application._object = application._object[:8] + b"\xff" * 40 + application._object[48:]
    insert(bench.slot, bench.reader, "damaged", application)
    return bench.sign_in(PIN)


def kind(name: str, ins: int | None = None) -> Callable[[Bench], str]:
    return lambda bench: bench.misbehaving(name, ins)


def content_invalid(bench: Bench) -> str:
    bench.citizen(number="510107188704170023")
    return code_of(bench.read)


def technician(**how: object) -> Callable[[Bench], str]:
    return lambda bench: bench.technician(**how)  # type: ignore[arg-type]


SERVER = certificates.ExtendedKeyUsageOID.SERVER_AUTH
PROVOKE: dict[str, Callable[[Bench], str]] = {
    "not_found": lambda bench: code_of(create("Reader of Nobody", str(bench.pcscd.socket)).open),
    "service_down": service_down,
    "service_lost": service_lost,
    "lost": lost,
    "silent": silent,
    "unknown_answer": kind("sw_6abc"),
    "garbled": kind("short"),
    "transfer_failed": kind("bad_contact"),
    "in_use": in_use,
    "no_card": no_card,
    "card_removed": kind("removed_mid_apdu"),
    "card_reset": card_reset,
    "card_mute": card_mute,
    "card_failed": kind("sw_6f00"),
    "wrong_length": kind("sw_6700"),
    "command_refused": kind("sw_6b00"),
    "not_supported": kind("sw_6d00", 0xB2),
    "file_missing": kind("sw_6a82", 0xB2),
    "access_denied": kind("sw_6982"),
    "not_this_card": kind("sw_6a82"),
    "content_invalid": content_invalid,
    "pin_malformed": technician(pin="12"),
    "pin_wrong": pin_wrong,
    "last_try": last_try,
    "pin_blocked": pin_blocked,
    "certificate_invalid": certificate_invalid,
    "certificate_other_authority": lambda bench: bench.technician(issuer=certificates.root()),
    "certificate_expired": technician(start=NOW - 9 * DAY, end=NOW - DAY),
    "certificate_not_yet_valid": technician(start=NOW + DAY, end=NOW + 9 * DAY),
    "certificate_revoked": technician(revoked=True),
    "certificate_not_for_people": technician(purpose=SERVER),
    "signature_wrong": technician(forged=True),
    "missing": lambda bench: provoking.missing("smart_card", partial(create, "Nobody", str(bench.pcscd.socket))),
}
for name, provoke in provoking.OF_EVERY_DEVICE.items():

    def of_every_device(bench: Bench, provoke: Callable[..., str] = provoke) -> str:
        return provoke("smart_card", partial(create, bench.pcscd.reader(0), str(bench.pcscd.socket)))

    PROVOKE[name] = of_every_device


@pytest.fixture
def bench(slot: SmartCardSimulator, reader: PcscReader, issuer: Issuer, pcscd: PrivatePcscd) -> Bench:
    return Bench(slot, reader, issuer, pcscd)


@pytest.mark.parametrize("code", PROVOKE)
def test_the_fault_is_provoked(bench: Bench, code: str) -> None:
    assert PROVOKE[code](bench) == f"smart_card.{code}"


def test_no_fault_of_the_book_is_left_out() -> None:
    of_device = {code.removeprefix("smart_card.") for code in book() if code.startswith("smart_card.")}
    assert set(PROVOKE) == of_device
    figure(f"smart_card: {len(PROVOKE)} of {len(of_device)} faults of the book provoked")
