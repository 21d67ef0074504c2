"""The data texts of the invented sessions: services, form, standards, as a hall's catalogue would have them."""

from __future__ import annotations

from kiosk_app.session.model import Choice, FormField, FormPage, MaterialNeed, ServiceOffer
from wire.text import Bilingual


def text(zh: str, en: str) -> Bilingual:
    """One sentence in both languages."""
    return Bilingual(zh=zh, en=en)


_APPROVAL = text("行政审批", "Administrative approval")
_NOT_OFFERED = text("本大厅尚未开通", "Not offered at this hall yet")

OFFERS = (
    ServiceOffer(
        "AA-01",
        text("个体工商户设立登记", "Registering a sole proprietor"),
        _APPROVAL,
        text("当场审批，当场领取营业执照正、副本", "Decided on the spot; take your business licence home"),
        True,
        pinyin="gtgshsldj",
    ),
    ServiceOffer(
        "AA-02",
        text("个体工商户变更登记", "Changing a sole proprietor's registration"),
        _APPROVAL,
        text("", ""),
        False,
        (text("A3 打印纸已用完，已通知补纸", "Out of A3 paper; a refill has been called"),),
        pinyin="gtgshbgdj",
    ),
    ServiceOffer(
        "AA-05",
        text("食品经营许可证核发", "Food business licence"),
        _APPROVAL,
        text("", ""),
        False,
        (_NOT_OFFERED,),
        listed_only=True,
        pinyin="spjyxkzhf",
    ),
    ServiceOffer(
        "AA-09",
        text("公共场所卫生许可证核发", "Hygiene licence for public places"),
        _APPROVAL,
        text("", ""),
        False,
        (_NOT_OFFERED,),
        listed_only=True,
        pinyin="ggcswsxkzhf",
    ),
    ServiceOffer(
        "AA-12",
        text("出版物零售单位设立审批", "Retail of publications"),
        _APPROVAL,
        text("", ""),
        False,
        (_NOT_OFFERED,),
        listed_only=True,
        pinyin="cbwlsdwslsp",
    ),
)

GUIDE = (
    (
        text("谁可以申请", "Who may apply"),
        (
            text("有经营能力的公民，年满 18 周岁。", "Any citizen able to trade, 18 years or older."),
            text("经营项目不需要事先许可。", "The trade needs no licence beforehand."),
        ),
    ),
    (
        text("您需要准备", "What you need"),
        (
            text("本人身份证。", "Your own identity card."),
            text(
                "经营场所证明：房屋租赁合同或产权证，写有您的姓名和地址。",
                "Proof of premises: a lease or title deed with your name and the address.",
            ),
        ),
    ),
    (
        text("要多久，多少钱", "How long, how much"),
        (
            text("约两分钟，系统当场审查决定。", "About two minutes; decided on the spot by machine."),
            text("不收费。", "No fee."),
        ),
    ),
    (
        text("您将得到", "What you get"),
        (text("营业执照正本（A3）和副本（A4）。", "The business licence, original (A3) and duplicate (A4)."),),
    ),
    (
        text("依据", "Legal basis"),
        (
            text(
                "《促进个体工商户发展条例》《市场主体登记管理条例》。",
                "Regulations on Promoting the Development of Individual Businesses; "
                "Regulations on the Registration of Market Entities.",
            ),
        ),
    ),
)


def _fixed(name: str, zh: str, en: str) -> FormField:
    return FormField(name, "fixed", text(zh, en))


PAGES = (
    FormPage(
        "operator",
        text("经营者", "The operator"),
        (
            _fixed("operator_name", "姓名", "Name"),
            _fixed("operator_id_number", "公民身份号码", "Identity number"),
            _fixed("operator_sex", "性别", "Sex"),
            _fixed("operator_domicile", "住所", "Domicile"),
            FormField(
                "phone",
                "phone",
                text("手机号码", "Mobile number"),
                text("11 位，用于通知办理结果", "11 digits; we tell you the result here"),
                max_length=11,
                keyboard="digits",
            ),
        ),
    ),
    FormPage(
        "name",
        text("名称与资金", "Name and capital"),
        (
            FormField(
                "trade_name",
                "text",
                text("个体工商户名称", "Trade name"),
                text("行政区划 + 字号 + 行业，如“锦江新区清和茶铺”", "District, own name, trade"),
                max_length=40,
            ),
            FormField(
                "organisation_form",
                "choice",
                text("组成形式", "Form of organisation"),
                choices=(
                    Choice("personal", text("个人经营", "Run by one person")),
                    Choice("family", text("家庭经营", "Run by a family")),
                ),
            ),
            FormField(
                "capital_wan",
                "number",
                text("资金数额", "Capital"),
                unit=text("万元", "× 10,000 yuan"),
                max_length=8,
                keyboard="digits",
            ),
            FormField(
                "employees",
                "number",
                text("从业人数", "People working"),
                unit=text("人", "people"),
                max_length=4,
                keyboard="digits",
            ),
        ),
    ),
    FormPage(
        "premises",
        text("经营场所", "Premises"),
        (
            FormField(
                "premises_address",
                "multiline",
                text("经营场所地址", "Address of the premises"),
                text("与租赁合同或产权证上一致", "As on the lease or title deed"),
            ),
            FormField(
                "premises_right",
                "choice",
                text("使用方式", "Right of use"),
                choices=(
                    Choice("own", text("自有", "Owned")),
                    Choice("rent", text("租赁", "Rented")),
                    Choice("lend", text("无偿使用", "Lent free of charge")),
                ),
            ),
            FormField(
                "premises_area",
                "number",
                text("面积", "Area"),
                unit=text("平方米", "m²"),
                max_length=8,
                keyboard="digits",
            ),
        ),
    ),
    FormPage(
        "scope",
        text("经营范围", "Scope of business"),
        (
            FormField(
                "scope",
                "choices",
                text("选择经营项目", "Choose what you will do"),
                text("可以多选", "Several may be chosen"),
                choices=(
                    Choice("books", text("图书出租", "Book lending")),
                    Choice("stationery", text("文具用品零售", "Stationery")),
                    Choice("daily", text("日用百货销售", "Daily goods")),
                    Choice("tea", text("茶具销售", "Tea ware")),
                    Choice("crafts", text("工艺美术品零售", "Arts and crafts")),
                    Choice("flowers", text("鲜花零售", "Cut flowers")),
                    Choice("clothes", text("服装零售", "Clothing")),
                    Choice("coffee", text("咖啡器具销售", "Coffee ware")),
                    Choice("copy", text("打字复印", "Copy service")),
                ),
            ),
            FormField(
                "scope_other",
                "multiline",
                text("其他项目", "Anything else"),
                required=False,
                max_length=100,
            ),
        ),
    ),
)

NEEDS = (
    MaterialNeed(
        "premises_proof",
        text("拍摄经营场所证明", "Capture the proof of premises"),
        text(
            "把租赁合同有姓名、地址、期限的一页平放在拍摄台上，四角放进框内。",
            "Lay the page of the lease with name, address and term on the table, its corners within the frame.",
        ),
    ),
)

# title, legal basis, sentence when met, sentence when not, and whether the sample meets it in any case
STANDARDS = (
    (
        text("申请人年满 18 周岁", "The applicant is of age"),
        "《促进个体工商户发展条例》",
        text("身份证显示已年满 18 周岁。", "The card shows an age of 18 or more."),
        text("", ""),
        True,
    ),
    (
        text("本人办理", "Applying in person"),
        "《市场主体登记管理条例》第十五条",
        text("身份证与人脸核验一致。", "Card and face agree."),
        text("", ""),
        True,
    ),
    (
        text("名称符合规定", "The name follows the rules"),
        "《企业名称登记管理规定》",
        text("由行政区划、字号和行业组成，不含禁用字词。", "District, own name and trade, no forbidden word."),
        text("", ""),
        True,
    ),
    (
        text("经营场所证明与申请一致", "Proof of premises agrees with the form"),
        "《市场主体登记管理条例》第十一条",
        text("证明上的姓名、地址与申请表一致。", "Name and address on the proof agree with the form."),
        text("证明上的地址与您填写的地址不一致。", "The address on the proof differs from the one you wrote."),
        False,
    ),
    (
        text("经营范围无需许可", "The scope needs no licence"),
        "《市场主体登记管理条例》第十四条",
        text("所选项目都不需要事先许可。", "None of the chosen trades needs a licence beforehand."),
        text("", ""),
        True,
    ),
)

REMEDIES = text(
    "不服本决定的，可在六十日内申请行政复议，或在六个月内提起行政诉讼。",
    "You may ask for administrative review within 60 days, or go to court within six months.",
)
