"""What the library says of an e-licence, in the names of the GB/T 36903 family."""

from __future__ import annotations

from typing import Any

from wire.messages import DocumentOrder

RESIDENT_ID, SOCIAL_CREDIT_CODE = "111", "001"  # kinds of holder code


def metadata_of(order: DocumentOrder, *, authority: str, issuer_code: str, version: str) -> dict[str, Any]:
    """ZZMC name, ZZLXDM type code, ZZBH number, ZZBS identifier, ZZBFJG/ZZBFJGDM issuer, ZZBFRQ date, CZZT holder …

    The holder of a business licence is the market entity, by its social credit code. A term that does not end is left
    out, never invented.
    """
    data = order.data
    return {
        "ZZMC": order.title.zh.split("（", 1)[0],
        "ZZLXDM": order.identifier.split(".")[5],
        "ZZBH": data["unified_social_credit_code"],
        "ZZBS": order.identifier,
        "ZZBFJG": authority,
        "ZZBFJGDM": issuer_code,
        "ZZBFRQ": order.issued_at.strftime("%Y-%m-%d"),
        "CZZT": data["name"],
        "CZZTDM": data["unified_social_credit_code"],
        "CZZTDMLX": SOCIAL_CREDIT_CODE,
        "ZZYXQQSRQ": order.issued_at.strftime("%Y-%m-%d"),
        "KZ_BB": version,
        "KZ_MB": f"{order.template}/{order.template_version}",
    }
