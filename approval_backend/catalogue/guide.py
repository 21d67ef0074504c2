"""The guide of a service, written from its data: who, what to bring, what happens, how long, on what ground."""

from __future__ import annotations

from approval_backend.catalogue.libraries import Citation, Libraries
from approval_backend.catalogue.model import GuideSection, MaterialNeed, Service, Times
from wire.text import Bilingual

_WHO = Bilingual(zh="谁可以办", en="Who may apply")
_BRING = Bilingual(zh="请带好", en="Bring with you")
_NOT_ASKED = Bilingual(zh="不用您带", en="Not asked of you")
_STEPS = Bilingual(zh="怎么办", en="What happens")
_TIME = Bilingual(zh="办理时间", en="How long")
_GET = Bilingual(zh="您将得到", en="You will get")
_FEE = Bilingual(zh="费用", en="Fee")
_BASIS = Bilingual(zh="依据", en="Legal basis")

_ID_CARD = Bilingual(zh="本人的居民身份证", en="Your own resident identity card")
_FILL_IN = Bilingual(
    zh="核验身份、填写、提交，手续在本机完成", en="Show who you are, fill in and submit, all at this machine"
)
_BY_MODE = {
    "machine": (
        Bilingual(
            zh="由机器按公开的审查标准逐条审核，每一条结果都给您看",
            en="A machine applies the published review standards one by one and shows you each result",
        ),
        Bilingual(zh="您可以随时要求人工审核", en="You may ask for a person at any time"),
    ),
    "reviewed": (
        Bilingual(
            zh="由审批人员按公开的审查标准审核并作出决定",
            en="An officer applies the published review standards and decides",
        ),
    ),
    "inspected": (
        Bilingual(zh="由审批人员审核材料", en="An officer reviews the materials"),
        Bilingual(
            zh="两名工作人员到现场核查，时间与您约定",
            en="Two members of staff inspect the premises at a time agreed with you",
        ),
    ),
    "immediate": (Bilingual(zh="提交后即时登记", en="It is recorded as soon as you submit it"),),
    "information": (),
}
_SOURCES = {
    "e_licence": Bilingual(zh="从电子证照库调取", en="taken from the e-licence library"),
    "e_material": Bilingual(zh="从电子材料库调取", en="taken from the e-material library"),
    "register": Bilingual(zh="由部门间核验", en="checked with the department that holds it"),
    "commitment": Bilingual(zh="在表单中承诺", en="a commitment that you give in the form"),
}


def guide_of(service: Service, libraries: Libraries) -> tuple[GuideSection, ...]:
    """The sections that have anything to say, in the order in which residents ask."""
    asked: list[Bilingual] = []
    reused: list[Bilingual] = []
    for need in service.materials:
        line, photographed = _material_line(need, libraries)
        (asked if photographed else reused).append(line)
    sections = (
        (_WHO, service.who),
        (_BRING, (_ID_CARD, *asked)),
        (_NOT_ASKED, tuple(reused)),
        (_STEPS, (_FILL_IN, *(service.steps or _BY_MODE[service.decision]))),
        (_TIME, time_lines(service.times)),
        (_GET, tuple(_document_names(service, libraries))),
        (_FEE, (service.fee,)),
        (_BASIS, tuple(cited(each, libraries) for each in service.legal_basis)),
    )
    return tuple(GuideSection(heading=heading, lines=lines) for heading, lines in sections if lines)


def time_lines(times: Times) -> tuple[Bilingual, ...]:
    """The promise, and the law's time where there is one."""
    if times.promised_hours is not None:
        promise = Bilingual(zh=f"承诺{times.promised_hours}小时内办结", en=f"Within {times.promised_hours} hours")
    elif times.promised_days == 0:
        promise = Bilingual(zh="当场办结", en="On the spot")
    else:
        days = "day" if times.promised_days == 1 else "days"
        promise = Bilingual(
            zh=f"承诺{times.promised_days}个工作日内办结", en=f"Within {times.promised_days} working {days}"
        )
    if not times.legal_days:
        return (promise,)
    law = Bilingual(zh=f"法定时限{times.legal_days}个工作日", en=f"The law allows {times.legal_days} working days")
    return (promise, law)


def cited(citation: Citation, libraries: Libraries) -> Bilingual:
    """The citation as a resident reads it. A law that laws.toml does not have keeps its Chinese name."""
    law = libraries.laws.get(citation.law)
    zh, en = f"《{citation.law}》{citation.article}", citation.law if law is None else law.en
    if law is not None and law.number is not None:
        zh, en = f"{zh}（{law.number.zh}）", f"{en} ({law.number.en})"
    return Bilingual(zh=zh, en=f"{en}, {citation.article}" if citation.article else en)


def _material_line(need: MaterialNeed, libraries: Libraries) -> tuple[Bilingual, bool]:
    material = libraries.materials.get(need.kind)
    title = need.title or (material.title if material else Bilingual(zh=need.kind, en=need.kind))
    if material is None or material.source == "photograph":
        return title, True
    source = _SOURCES[material.source]
    return Bilingual(zh=f"{title.zh}（{source.zh}）", en=f"{title.en} ({source.en})"), False


def _document_names(service: Service, libraries: Libraries) -> list[Bilingual]:
    names: list[Bilingual] = []
    for template in service.outputs:
        document = libraries.outputs.of_document(template)
        if document is not None and document.name not in names:
            names.append(document.name)
    return names
