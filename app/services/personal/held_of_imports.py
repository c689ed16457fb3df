"""What is held of the rows of sheets that were brought, until a batch is past changing."""

from app.services.personal.held import Held
from app.services.personal.retention import PERIODS

_DAYS = {period.name: period.days for period in PERIODS}
IMPORTS: dict[str, tuple[Held, ...]] = {
    "ledger_imports": (
        Held(("actor_id", "name"), "谁导入了哪个文件", "台账责任", "导入的人", "长期保存"),
    ),
    "ledger_import_rows": (
        Held(
            ("cells", "values", "before", "after", "differs"),
            "导入文件里的行，带负责人、电话",
            "改正错误的行；撤回一批",
            "导入的人",
            f"导入 {_DAYS['ledger_import_rows']} 天后删除",
        ),
    ),
    "people_imports": (
        Held(("actor_id", "name"), "谁导入了哪个文件", "人员管理责任", "导入的人", "长期保存"),
    ),
    "people_import_rows": (
        Held(
            ("person_id", "cells", "values", "after"),
            "导入名册里的行：姓名、手机号、岗位",
            "改正错误的行；撤回一批",
            "导入的人",
            f"导入 {_DAYS['people_import_rows']} 天后删除",
        ),
    ),
}
