"""What a review standard may read: the facts of one application, laid out for CEL."""

from __future__ import annotations

from datetime import date
from typing import Any

from approval_backend.catalogue.model import BusinessNames, District
from approval_backend.review.comparable import comparable, comparable_address, distance
from approval_backend.review.proof import Proof
from wire.identifiers import is_resident_id
from wire.messages import Application


def build_context(
    application: Application,
    *,
    district: District,
    form_schema: dict[str, Any],
    proof: Proof,
    name_taken: bool,
    today: date,
) -> dict[str, Any]:
    """Plain JSON values under ``applicant identity form name premises proof scope today today_compact``.

    A field that the form lacks is lacking here too: a standard that reads it is then undecided, never true or false.
    """
    form = application.form
    prefixes = district.business_names.district_prefixes
    context: dict[str, Any] = {
        "today": today.isoformat(),
        "today_compact": today.strftime("%Y%m%d"),  # as cards write dates
        "applicant": _applicant(application, today),
        "identity": application.identity.model_dump(mode="json"),
        "form": form,
        "proof": _proof(application, proof, prefixes),
    }
    if isinstance(form.get("trade_name"), str):
        context["name"] = {**name_parts(form["trade_name"], district.business_names), "taken": name_taken}
    if isinstance(form.get("premises_address"), str):
        address = comparable(form["premises_address"])
        context["premises"] = {"in_district": any(comparable(prefix) in address for prefix in prefixes)}
    if isinstance(form.get("scope"), list):
        choices = form_schema.get("properties", {}).get("scope", {}).get("items", {}).get("enum", [])
        context["scope"] = {
            "unlisted": [item for item in form["scope"] if item not in choices],
            "other": str(form.get("scope_other", "")).strip(),
        }
    return context


def _applicant(application: Application, today: date) -> dict[str, Any]:
    applicant = application.applicant.model_dump(mode="json")
    applicant["id_number_valid"] = is_resident_id(application.applicant.id_number)
    try:
        born = date.fromisoformat(application.applicant.birth_date)
    except ValueError:
        return applicant  # no age: the standard on age is undecided
    applicant["age"] = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return applicant


def _proof(application: Application, proof: Proof, prefixes: tuple[str, ...]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "present": proof.present,
        "readable": proof.readable,
        "kind": proof.kind,
        "user": proof.user,
        "user_confidence": proof.user_confidence,
        "user_distance": distance(comparable(proof.user), comparable(application.applicant.name)),
        "address": proof.address,
        "address_confidence": proof.address_confidence,
        "starts": proof.starts,
        "ends": proof.ends,
    }
    wanted = application.form.get("premises_address")
    if isinstance(wanted, str):
        facts["address_distance"] = distance(
            comparable_address(proof.address, prefixes), comparable_address(wanted, prefixes)
        )
    return facts


def name_parts(trade_name: str, rules: BusinessNames) -> dict[str, Any]:
    """A business name taken apart: ``district``, ``own``, ``trade`` (empty where missing), ``forbidden`` words."""
    text = trade_name.strip()
    district = next((p for p in sorted(rules.district_prefixes, key=len, reverse=True) if text.startswith(p)), "")
    rest = text.removeprefix(district)
    for closing in rules.closings:
        rest = rest.removesuffix(closing)
    trade = next((t for t in sorted(rules.trade_endings, key=len, reverse=True) if rest.endswith(t)), "")
    own = rest.removesuffix(trade) if trade else rest
    forbidden = [word for word in rules.forbidden_words if word in rest]
    return {"district": district, "own": own, "trade": trade, "forbidden": forbidden}
