"""Issuing: the number, the entry in the register and the two signed orders, all in the decision's own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy.orm import Session

from approval_backend.catalogue.model import District, OfferedService
from approval_backend.licences.allotment import sole_proprietor_code
from approval_backend.licences.wording import chinese_amount, chinese_date
from approval_backend.store.engine import next_number
from approval_backend.store.tables import Licence, Order
from print_templates.template import template
from wire.canonical import canonical_bytes
from wire.identifiers import e_licence_identifier
from wire.ids import new_id
from wire.messages import Application, DocumentOrder, SignedOrder
from wire.qr import verification_url
from wire.signing import SigningKey
from wire.text import Bilingual

ISSUED = frozenset({"AA-01"})  # services whose documents this module makes; what others grant, a person issues
BUSINESS_LICENCE_TYPE = "11100000MB0143028R001"  # GB/T 36904: the body that defines the licence, and its number there
ENTITY_TYPE = "个体工商户"
SCOPE_CLOSING = (
    "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）"  # the standard words after a scope without permits
)

_ISO_A3: Literal["iso_a3_297x420mm"] = "iso_a3_297x420mm"
_ISO_A4: Literal["iso_a4_210x297mm"] = "iso_a4_210x297mm"
_ORIGINAL = ("business_licence_original", Bilingual(zh="营业执照（正本）", en="Business licence (original)"))
_DUPLICATE = ("business_licence_duplicate", Bilingual(zh="营业执照（副本）", en="Business licence (duplicate)"))


@dataclass(frozen=True)
class Issuer:
    """Who issues: the district, the office's key, and where a QR leads."""

    district: District
    key: SigningKey
    public_url: str


def issue_business_licence(
    session: Session,
    application_id: str,
    application: Application,
    offered: OfferedService,
    issuer: Issuer,
    at: datetime,
) -> tuple[SignedOrder, ...]:
    """Original and duplicate of one new e-licence; call inside ``Store.write``.

    Raises sqlalchemy.exc.IntegrityError when the name was taken in the meantime, print_templates.errors.FieldInvalid
    for data that the template cannot hold.
    """
    district, today = issuer.district, at.date()
    code = sole_proprietor_code(district.region_code, next_number(session, f"organisation.{district.region_code}"))
    serial = f"{today.year}{next_number(session, f'e_licence.{today.year}'):07d}"
    identifier = e_licence_identifier(BUSINESS_LICENCE_TYPE, district.issuer_code, serial)
    form = application.form
    session.add(
        Licence(
            identifier=identifier,
            application_id=application_id,
            unified_social_credit_code=code,
            trade_name=form["trade_name"].strip(),
            operator=application.applicant.name,
            premises=form["premises_address"].strip(),
            issued_on=today.isoformat(),
            status="valid",
            status_since=today.isoformat(),
        )
    )
    session.flush()
    url = verification_url(issuer.public_url, identifier, issuer.key)
    data = _licence_data(application, offered, district, code, identifier, url, today)
    sheets = (
        (*_ORIGINAL, data, "business_licence_a3", _ISO_A3),
        (*_DUPLICATE, {**data, "serial": "副本 1-1"}, "business_licence_a4", _ISO_A4),
    )
    orders = []
    for name, title, sheet_data, stock_type, media in sheets:
        form_of_paper = template(name)
        form_of_paper.check(sheet_data)  # an order that no kiosk could draw is never signed
        order = DocumentOrder(
            order_id=new_id(),
            application_id=application_id,
            template=name,
            template_version=form_of_paper.version,
            title=title,
            data=sheet_data,
            identifier=identifier,
            verification_url=url,
            stock_type=stock_type,
            media=media,
            holder_id_number=application.applicant.id_number,
            issued_at=at,
        )
        session.add(Order(order_id=order.order_id, application_id=application_id, template=name, identifier=identifier))
        orders.append(SignedOrder(order=order, signature=issuer.key.sign(canonical_bytes(order))))
    session.flush()
    return tuple(orders)


def _licence_data(
    application: Application,
    offered: OfferedService,
    district: District,
    code: str,
    identifier: str,
    url: str,
    today: date,
) -> dict[str, Any]:
    form = application.form
    items = [_choice(offered, "scope", value) for value in form["scope"]]
    other = str(form.get("scope_other", "")).strip()
    return {
        "unified_social_credit_code": code,
        "name": form["trade_name"].strip(),
        "type": ENTITY_TYPE,
        "operator": application.applicant.name,
        "organisation_form": _choice(offered, "organisation_form", form["organisation_form"]),
        "capital": chinese_amount(Decimal(str(form["capital_wan"])) * 10_000),
        "registered_on": chinese_date(today),
        "premises": form["premises_address"].strip(),
        "scope": f"一般项目：{'；'.join([*items, other] if other else items)}。{SCOPE_CLOSING}",
        "authority": district.authority.zh,
        "issued_on": chinese_date(today),
        "identifier": identifier,
        "verification_url": url,
    }


def _choice(offered: OfferedService, field: str, value: str) -> str:
    """The Chinese words of a choice, as the form shows them."""
    choices = offered.form_schema["properties"][field]["x-choices"]
    return next(str(choice["zh"]) for choice in choices if choice["value"] == value)
