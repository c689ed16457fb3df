"""The columns of the ledger's sheet: what each is called, how it is read, what may stand in it."""

import re
from collections.abc import Mapping

from app.models.supervised_object import DualPrevention, ObjectKind
from app.services.ledger import credit_codes, sectors, small
from app.services.ledger.importing import papers
from app.services.sheets import (
    YES_NO,
    CellError,
    Column,
    matching,
    number,
    one_of,
    words,
    yes_no,
)

WORDS_OF_KIND: Mapping[ObjectKind, str] = {
    ObjectKind.ENTERPRISE: "企业",
    ObjectKind.INDIVIDUAL_BUSINESS: "个体工商户",
    ObjectKind.PROJECT: "在建工程",
    ObjectKind.FERRY: "渡口",
    ObjectKind.THREE_SMALL_PLACE: "三小场所",
    ObjectKind.HOUSEHOLD: "住户",
    ObjectKind.KEY_LOCATION: "重点部位",
    ObjectKind.LEASED_FACTORY: "租赁厂房",
    ObjectKind.DISUSED_FACTORY: "废弃厂房",
    ObjectKind.PUBLIC_FACILITY: "公共设施",
    ObjectKind.BUNDLE: "打包点",
}
WORDS_OF_DUAL: Mapping[DualPrevention | None, str] = {
    DualPrevention.NONE: "未建",
    DualPrevention.BUILDING: "在建",
    DualPrevention.RUNNING: "运行",
}
_PHONE = re.compile(r"[\d+\-() ,、/]{5,40}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _code(text: str) -> str | None:
    if len(text) > 40:  # noqa: PLR2004 - whatever this is, it is no code
        raise CellError("信用代码太长")
    return credit_codes.normalise(text)


def _division(text: str) -> str:
    code = text[:3].upper()
    if code not in sectors.divisions():
        raise CellError("没有这个行业大类，从下拉里选，例如 H62 餐饮业")
    return code


def _divisions() -> list[str]:
    return [f"{code} {title}" for code, title in sectors.divisions().items()]


_LICENCES = "营业执照，92370405MA00000152，区行政审批局，长期"
_UNITS = "车间，机加工车间，，周主任；班组，甲班，机加工车间，吴班长"
_PERSONS = "安全管理员，李安全，0632-6611235"
COLUMNS: tuple[Column, ...] = (
    Column("名称", "name", words(80), "大运河机械厂", is_needed=True, width=26),
    Column("种类", "kind", one_of(WORDS_OF_KIND), "企业", options=tuple(WORDS_OF_KIND.values())),
    Column("三小类别", "small_kind", one_of(small.WORDS), options=tuple(small.WORDS.values())),
    Column("所属乡镇（街道）", None, words(40), "运河街道", width=16),
    Column("所属村（社区）", None, words(40), "文化社区", is_needed=True, width=16),
    Column("网格", None, words(80), "", width=16),
    Column("打包点", None, words(80), "", width=16),
    Column("包保干部", None, words(40), "", width=12),
    Column("详细地址", "address", words(200), "运河街 1 号", width=26),
    Column("营业执照", "is_registered", yes_no, "是", options=YES_NO),
    Column("信用代码", "credit_code", _code, "92370405MA00000152", width=22),
    Column("主要负责人", "contact_name", words(40), "王老板"),
    Column("联系电话", "contact_phone", matching(_PHONE, "电话里只能有数字"), "0632-6611234"),
    Column("电子邮箱", "email", matching(_MAIL, "邮箱写得不对"), "", width=20),
    Column("员工人数", "staff_count", number(0, 1_000_000, whole=True), "12"),
    Column("主要产品", "products", words(200), "机床配件", width=24),
    Column("行业大类", "division", _division, "C34 通用设备制造业", options=_divisions(), width=26),
    Column("行业", "sector", words(200), "机械加工"),
    Column("面积（平方米）", "area_m2", number(0, 10_000_000, whole=False), "1200"),
    Column("座位", "seats", number(0, 1_000_000, whole=True)),
    Column("床位", "beds", number(0, 1_000_000, whole=True)),
    Column("重点单位", "is_key", yes_no, "否", options=YES_NO),
    Column("重大危险源等级", "major_source_level", number(1, 4, whole=True)),
    Column(
        "双重预防机制",
        "dual_prevention",
        one_of(WORDS_OF_DUAL),
        "运行",
        options=tuple(WORDS_OF_DUAL.values()),
    ),
    Column("纳入两化系统", "is_in_lianghua", yes_no, "是", options=YES_NO),
    Column("上级直接管理", "external_owner", words(200)),
    Column("主管部门", None, words(400), width=22),
    Column("发证部门", None, words(400), width=22),
    Column("证照", "licences", papers.licences, _LICENCES, width=40),
    Column("主要人员", "key_persons", papers.key_persons, _PERSONS, width=30),
    Column("科室车间班组岗位", "units", papers.units_of, _UNITS, width=40),
    Column("纬度", "lat", number(-90, 90, whole=False), "34.5602"),
    Column("经度", "lon", number(-180, 180, whole=False), "117.7301"),
)
NEEDED = tuple(column.title for column in COLUMNS if column.is_needed)
