"""Is the licence in my hand genuine? The page behind the QR, for anybody, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from approval_backend.catalogue.model import District
from approval_backend.store.engine import Store
from approval_backend.store.tables import Licence
from wire.identifiers import is_e_licence_identifier
from wire.qr import signed_text
from wire.signing import BadSignature, VerifyKey
from wire.text import Bilingual

LONGEST_IDENTIFIER = 100  # a GB/T 36904 identifier with the longest serial has 86 characters

_NOT_AN_IDENTIFIER = Bilingual(
    zh="电子证照标识的格式或校验码不正确，可能有字符被改动",
    en="The licence identifier is malformed or its check character does not fit; a character may have been changed",
)
_NOT_SIGNED = Bilingual(
    zh="二维码签名不是本机关的签名，不能证明该证照由本机关签发",
    en="The signature in the code is not this authority's; nothing shows that this authority issued the licence",
)
_NOT_REGISTERED = Bilingual(zh="登记簿中没有这个电子证照标识", en="The register holds no licence with this identifier")
_NOT_IN_FORCE = {
    "revoked": Bilingual(zh="该营业执照已被吊销", en="This business licence has been revoked"),
    "cancelled": Bilingual(zh="该经营主体已注销", en="This business has been deregistered"),
}
_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


@dataclass(frozen=True)
class Verdict:
    """What the page says. ``licence``: a licence of ours, in force or not, once identifier and signature hold."""

    valid: bool
    reason: Bilingual | None
    licence: Licence | None
    identifier: str

    @property
    def status(self) -> int:
        """200 for a licence of ours; 404 where there is nothing to show."""
        return 200 if self.licence is not None else 404


def verify(store: Store, key: VerifyKey, identifier: str, signature: str) -> Verdict:
    """The verdict on what a QR holds. Never raises for what a stranger may type."""
    if len(identifier) > LONGEST_IDENTIFIER or not is_e_licence_identifier(identifier):
        return Verdict(False, _NOT_AN_IDENTIFIER, None, identifier[:LONGEST_IDENTIFIER])
    try:
        key.verify(signed_text(identifier), signature)
    except BadSignature:
        return Verdict(False, _NOT_SIGNED, None, identifier)
    with store.read() as session:
        licence = session.get(Licence, identifier)
        if licence is not None:
            session.expunge(licence)
    if licence is None:
        return Verdict(False, _NOT_REGISTERED, None, identifier)
    reason = None if licence.status == "valid" else _NOT_IN_FORCE[licence.status]
    return Verdict(reason is None, reason, licence, identifier)


def page(verdict: Verdict, district: District, checked_at: str, document: str) -> str:
    """The whole HTML page: no script, no other resource. ``document``: where the sealed PDF is, if there is one."""
    return _PAGES.get_template("verification.html").render(
        v=verdict, district=district, checked_at=checked_at, document=document
    )
