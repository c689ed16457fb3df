"""The roster's sheet: who may bring one, what it is called, what becomes of its rows."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.people_import import PeopleImport, PeopleImportRow
from app.services import imports
from app.services.audit import Kind
from app.services.imports import Import
from app.services.permissions import Permission
from app.services.roster import checking, holding, undoing, writing
from app.services.roster.columns import (
    BODY,
    GRID,
    JOB_TITLE,
    MOBILE,
    NAME,
    NEEDED,
    REMARK,
    ROLE,
    SINCE,
    UNTIL,
    sheet_columns,
)

JOB = "import_people"
SHEET = "人员名册"
NOTE = (
    "带 * 的必须填。手机号相同就是同一个人：只加岗位，不会有第二个账号；写了结束日期的，"
    "到那天结束，别的不改。"
    "一个人有几个岗位就写几行。「备注」不进系统。怎么填看「填写说明」。"
)
_EXPLAINED: tuple[tuple[str, str], ...] = (
    (NAME, "和身份证一致。表里不要写密码、身份证号。"),
    (
        MOBILE,
        (
            "11 位，登录用。已经登记的人可以写成 138****1234（导出的就是这样），靠姓名和尾号认人；"
            "新登记的人要写完整。"
        ),
    ),
    (BODY, "在哪里任职：村（社区）、镇街、部门、企业的名称、简称或者代码；从下拉里选。"),
    (
        JOB_TITLE,
        (
            "本县的岗位名称，从下拉里选，例如网格员、网格长、包保干部。系统管理员、安全管理员、"
            "审计管理员不能用表格给，在人员页里一个一个办。"
        ),
    ),
    (
        GRID,
        (
            "网格的名称或者编码，几个网格用「、」隔开。单位只有一个合适的网格时可以空着；"
            "不带网格的岗位也空着。"
        ),
    ),
    (ROLE, "岗位名称能说明的，空着。写的是别的职务（例如副主任）时，在这里选按什么角色登录。"),
    (SINCE, "从哪天起，写成 2026-11-25；空着就是今天。"),
    (
        UNTIL,
        (
            "最后一天，写成 2026-11-25。已经有的岗位到那天结束；新的岗位到那天为止；空着就是不变。"
            "离任的和接任的可以写在同一个文件里，离任的写在上面。"
        ),
    ),
    *holding.EXPLAINED,
    (REMARK, "只给填表的人看，不进系统：岗位上不显示，文件 30 天后删除时一起删掉。"),
    (
        "谁来导入",
        (
            "镇街导入本镇街的人和岗位。县里分两步（三员分立）：系统管理员导入，登记人员和网格责任人；"
            "安全管理员再用同一个文件导入一次，给岗位。"
        ),
    ),
    ("导入以后", "新登记的人没有密码。在导入页打印邀请码，开会时扫码，各自设密码。"),
)

PEOPLE: Import[PeopleImport, PeopleImportRow] = Import(
    job=JOB,
    batch=PeopleImport,
    row=PeopleImportRow,
    permission=Permission.IMPORT_PEOPLE,
    sheet=SHEET,
    note=NOTE,
    needed=NEEDED,
    columns=sheet_columns,
    check=checking.check_rows,
    take_in=writing.take_in,
    take_back=undoing.take_back,
    done=Kind.PEOPLE_IMPORTED,
    undone=Kind.PEOPLE_IMPORT_UNDONE,
    subject="people_import",
    at_once=1_000,
    explained=_EXPLAINED,
)


async def run(session: AsyncSession, import_id: str) -> None:
    """The job of a step."""
    await imports.run(session, PEOPLE, import_id)
