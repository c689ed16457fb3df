"""The registers of major hazard sources and of key units as Excel files (S3-31, S3-38)."""

from collections.abc import Mapping

from app.services.ledger import Register, Registered, RegisterFilters, RegisterQuery, register
from app.services.ledger.importing import papers
from app.services.ledger.importing.columns import WORDS_OF_DUAL, WORDS_OF_KIND
from app.services.lists.sheet import Sheet, day, every_page, time, yes
from app.services.workbooks import Column

_COLUMNS: tuple[Column[Registered], ...] = (
    ("名称", 26, lambda row: row.found.object.name),
    ("危险源等级", 10, lambda row: row.found.object.major_source_level),
    ("重点单位", 10, lambda row: yes(row.found.object.is_key)),
    ("种类", 12, lambda row: WORDS_OF_KIND[row.found.object.kind]),
    ("信用代码", 22, lambda row: row.found.object.credit_code),
    ("所属乡/镇/街道", 14, lambda row: row.found.township.short_name if row.found.township else ""),
    ("网格", 16, lambda row: row.found.grid.name),
    ("详细地址", 26, lambda row: row.found.object.address),
    ("行业", 14, lambda row: row.found.object.sector),
    ("生产/经营/储存主要产品", 24, lambda row: row.found.object.products),
    ("主要负责人", 12, lambda row: row.found.object.contact_name),
    ("联系电话", 14, lambda row: row.found.object.contact_phone),
    ("主要人员", 30, lambda row: papers.persons_written(row.found.object.key_persons)),
    ("主管部门", 18, lambda row: row.in_charge),
    ("发证部门", 18, lambda row: row.licensing),
    ("网格长", 12, lambda row: row.chief),
    ("网格员", 14, lambda row: row.gridworker),
    ("双重预防机制", 12, lambda row: WORDS_OF_DUAL.get(row.found.object.dual_prevention)),
    ("证照", 40, lambda row: papers.written(row.line.licences)),
    ("最早到期", 12, lambda row: day(row.expires_on)),
    ("已过期证照", 10, lambda row: row.expired),
    ("最近一次查看", 17, lambda row: time(row.last_look)),
    ("未办结隐患", 10, lambda row: row.open_cases),
    ("要注意的", 30, lambda row: row.found.object.concerns),
)
_TITLES: Mapping[Register, str] = {
    Register.MAJOR_SOURCES: "重大危险源登记表",
    Register.KEY_UNITS: "重点单位登记表",
}
REGISTERS: Mapping[Register, Sheet[Registered, RegisterFilters]] = {
    of: Sheet(of.value, title, _COLUMNS, every_page(register, RegisterQuery))
    for of, title in _TITLES.items()
}
