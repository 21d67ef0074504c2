"""Capability before promise: which services are possible now, and why the others are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from drivers.device import Blocked, Missing, Ready, Status, Unknown, Warning, can_work
from drivers.faults import explain
from kiosk_app.catalogue.services import NOT_OFFERED, Catalogue, Service
from kiosk_app.session.model import ServiceOffer
from print_templates import template
from wire.text import Bilingual

NO_CATALOGUE = Bilingual(
    zh="本机正在连接审批中心，请稍候或使用其他自助机",
    en="Connecting to the approval office; please wait or use another kiosk",
)
OFFLINE_QUEUED = Bilingual(
    zh="网络暂时中断：可以办理，提交后排队，恢复后自动送达",
    en="No network just now: you can apply; it is kept here and sent by itself",
)
NEEDS_NETWORK = Bilingual(zh="网络暂时中断，恢复后可办理", en="Needs the network, which is interrupted just now")
NO_STOCK = Bilingual(zh="证照专用纸已用完，正在补充", en="The licence paper has run out and is being refilled")

# What this program can do beside taking an application: function:NAME in a service's `requires`.
FUNCTIONS: frozenset[str] = frozenset()

# Without these nobody can be identified, so nothing can be promised at all.
IDENTIFYING = ("id_card", "camera")

_NAMES = {
    "id_card": Bilingual(zh="身份证读卡器", en="The card reader"),
    "camera": Bilingual(zh="人脸摄像头", en="The camera"),
    "document_camera": Bilingual(zh="材料拍摄台", en="The document camera"),
    "laser_printer": Bilingual(zh="证照打印机", en="The licence printer"),
    "thermal_printer": Bilingual(zh="凭条打印机", en="The receipt printer"),
}


def reason(device: str, status: Status) -> Bilingual | None:
    """Why this device cannot work, in a resident's words; None when it can."""
    if can_work(status):
        return None
    if isinstance(status, Blocked):
        return explain(status.reason).resident
    name = _NAMES.get(device, Bilingual(zh="设备", en="A device"))
    if isinstance(status, Missing):
        return Bilingual(zh=f"{name.zh}未连接，已通知维护人员", en=f"{name.en} is not connected; staff have been told")
    return Bilingual(zh=f"{name.zh}正在检查", en=f"{name.en} is being checked")


def offers(
    catalogue: Catalogue,
    statuses: Mapping[str, Status],
    stock_left: Callable[[str], int],
    online: bool,
) -> tuple[ServiceOffer, ...]:
    """One offer a service, in the catalogue's order, the possible ones first."""
    connections = catalogue.district.get("connections", ())
    offered = {code for code, service in catalogue.services.items() if _possible_here(service, connections)}
    made = [
        _offer(service, statuses, stock_left, online) if service.code in offered else _listed(service)
        for service in catalogue.services.values()
    ]
    return tuple(sorted(made, key=lambda offer: (offer.code not in offered, not offer.available)))


def _possible_here(service: Service, connections: Iterable[str]) -> bool:
    """Whether this hall could ever do it, all devices being well: form, functions, paper forms, other departments."""
    have = {"function": FUNCTIONS, "document": _documents(), "connection": frozenset(connections)}
    needs = (need.partition(":") for need in service.requires)
    return service.offered and all(name in have[kind] for kind, _, name in needs if kind in have)


@cache
def _documents() -> frozenset[str]:
    """Templates of this installation; they come with the program."""
    return frozenset(template.names())


def _listed(service: Service) -> ServiceOffer:
    return ServiceOffer(
        service.code,
        service.name,
        service.group,
        service.summary,
        available=False,
        reasons=(NOT_OFFERED,),
        listed_only=True,
        pinyin=service.pinyin,
    )


def _offer(
    service: Service, statuses: Mapping[str, Status], stock_left: Callable[[str], int], online: bool
) -> ServiceOffer:
    why_not: list[Bilingual] = []
    for need in service.requires:
        found = _lacking(need, statuses, stock_left)
        if found is not None and found not in why_not:
            why_not.append(found)
    if not online and not service.offline:
        why_not.append(NEEDS_NETWORK)
        if service.offline_reason is not None:
            why_not.append(service.offline_reason)
    told = tuple(why_not)
    if not why_not and not online:
        told = (OFFLINE_QUEUED,) if service.offline_reason is None else (OFFLINE_QUEUED, service.offline_reason)
    return ServiceOffer(
        service.code,
        service.name,
        service.group,
        service.summary,
        available=not why_not,
        reasons=told,
        guide=bool(service.guide),
        pinyin=service.pinyin,
    )


def _lacking(need: str, statuses: Mapping[str, Status], stock_left: Callable[[str], int]) -> Bilingual | None:
    kind, _, name = need.partition(":")
    if kind == "stock":
        return NO_STOCK if stock_left(name) < 1 else None
    if name:
        return None  # a function, document or connection: looked at before, it does not come and go with devices
    return reason(kind, statuses.get(kind, Unknown()))


def out_of_service(catalogue: Catalogue | None, statuses: Mapping[str, Status]) -> Bilingual | None:
    """Why nothing at all is possible; None when the door may open."""
    for device in IDENTIFYING:
        status = statuses.get(device, Unknown())
        if not isinstance(status, Ready | Warning):
            return reason(device, status)
    return NO_CATALOGUE if catalogue is None else None
