"""Applications as residents hand them in: invented people, each with a page of its own of realistic size."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from wire.canonical import bytes_sha256
from wire.envelopes import seal
from wire.messages import Applicant, Application, Envelope, IdentityEvidence, MaterialRef
from wire.signing import SigningKey

SMALLEST_PAGE, LARGEST_PAGE = 20 * 1024, 60 * 1024  # bytes; an A4 page of the document camera at quality 80
BORN = "18870417"  # nobody alive


@dataclass(frozen=True)
class HandedIn:
    """A sealed envelope and the page that it names."""

    envelope: Envelope
    page: bytes

    @property
    def sha256(self) -> str:
        return str(self.envelope.sealed.body["materials"][0]["sha256"])


def handed_in(
    count: int, device_id: str, key: SigningKey, catalogue_version: str, seed: int, *, pages: bool = True
) -> Iterator[HandedIn]:
    """``count`` different applications by different people; the same ``seed`` gives the same people and pages."""
    chance = random.Random(seed)
    at = datetime.now(UTC)
    for number in range(count):
        page = b"\xff\xd8\xff\xe0" + chance.randbytes(chance.randrange(SMALLEST_PAGE, LARGEST_PAGE))
        name = f"测试人{_hanzi(seed)}号{_hanzi(number)}"
        id_number = f"510107{BORN}{chance.randrange(1000):03d}{chance.randrange(10)}"
        body = Application(
            service="AA-01",
            catalogue_version=catalogue_version,
            applicant=Applicant(
                name=name,
                id_number=id_number,
                sex="女",
                nation="汉",
                birth_date=BORN,
                address=f"云州市锦江新区书院街道文澜路{number}号3栋2单元501号",
                card_valid_until="长期",
            ),
            identity=IdentityEvidence(
                method="card+face",
                result="match",
                score_band="high",
                model="sface-int8+yunet-int8",
                challenges=("turn_left", "blink"),
                attempts=1,
                consented_at=at,
                verified_at=at,
            ),
            form={
                "operator_name": name,
                "operator_id_number": id_number,
                "operator_sex": "女",
                "operator_domicile": f"云州市锦江新区书院街道文澜路{number}号3栋2单元501号",
                "phone": "13800000001",
                "trade_name": f"锦江新区测试{_hanzi(seed)}第{_hanzi(number)}书屋",
                "organisation_form": "personal",
                "capital_wan": 3,
                "employees": 2,
                "premises_address": f"云州市锦江新区书院街道文澜路{number}号附12号",
                "premises_right": "rent",
                "premises_area": 46.5,
                "scope": ["stationery", "book_rental", "coffee_ware"],
            },
            materials=(_named(page),) if pages else (),
        )
        yield HandedIn(seal(body, device_id, key), page)


def _named(page: bytes) -> MaterialRef:
    return MaterialRef(kind="premises_proof", sha256=bytes_sha256(page), media_type="image/jpeg", size_bytes=len(page))


def _hanzi(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "零一二三四五六七八九"))
