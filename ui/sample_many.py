"""A hall that offers many services, for the gallery and the tests: Home then narrows them by class."""

from __future__ import annotations

from kiosk_app.session.model import ServiceOffer
from ui.sample_texts import text

MANY = (
    ServiceOffer(
        "AA-01",
        text("个体工商户设立登记", "Registering a sole proprietor"),
        text("行政审批", "Administrative approval"),
        text("当场审批，当场领取营业执照正、副本", "Decided on the spot; take your business licence home"),
        True,
        pinyin="gtgshsldj",
    ),
    ServiceOffer(
        "AA-04",
        text("公司设立登记", "Registering a company"),
        text("行政审批", "Administrative approval"),
        text("由审批人员审核，承诺3小时内办结", "Decided by an officer, within 3 hours"),
        True,
        pinyin="gsdj",
    ),
    ServiceOffer(
        "AA-07",
        text("食品经营许可证核发", "Food business licence"),
        text("行政审批", "Administrative approval"),
        text(
            "审核材料并到现场核查，承诺10个工作日内办结", "Papers reviewed and premises visited, within 10 working days"
        ),
        True,
        pinyin="spjyxkzhf",
    ),
    ServiceOffer(
        "AA-09",
        text("公共场所卫生许可证核发", "Hygiene licence for public places"),
        text("行政审批", "Administrative approval"),
        text("承诺10个工作日内办结", "Within 10 working days"),
        True,
        pinyin="ggcswsxkzhf",
    ),
    ServiceOffer(
        "GS-01",
        text("社会保险参保证明打印", "Proof of social insurance"),
        text("政务服务", "Government services"),
        text("当场打印", "Printed on the spot"),
        True,
        pinyin="shbxcbzmdy",
    ),
    ServiceOffer(
        "GS-03",
        text("不动产登记信息查询", "Property register enquiry"),
        text("政务服务", "Government services"),
        text("当场打印", "Printed on the spot"),
        True,
        pinyin="bdcdjxxcx",
    ),
    ServiceOffer(
        "PS-01",
        text("公租房申请", "Public rental housing"),
        text("公共服务", "Public services"),
        text("由工作人员审核", "Decided by an officer"),
        True,
        pinyin="gzfsq",
    ),
    ServiceOffer(
        "PS-05",
        text("残疾人证申领", "Disability certificate"),
        text("公共服务", "Public services"),
        text("由工作人员审核", "Decided by an officer"),
        True,
        pinyin="cjrzsl",
    ),
    ServiceOffer(
        "PA-02",
        text("志愿者登记", "Registering as a volunteer"),
        text("党群服务", "Party and community"),
        text("当场登记", "Registered on the spot"),
        True,
        pinyin="zyzdj",
    ),
    ServiceOffer(
        "CV-01",
        text("水费缴纳", "Paying for water"),
        text("便民服务", "Everyday services"),
        text("当场办结", "Done on the spot"),
        True,
        pinyin="sfjn",
    ),
)
