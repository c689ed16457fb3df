"""The data map as a page for people: docs/data-map.md."""

from app.services.personal import data_map
from app.services.personal.retention import PERIODS


def page() -> str:
    """docs/data-map.md."""
    lines = [
        "# 个人信息清单",
        "",
        "本页由程序生成（`make contract`），与数据库的表逐列核对。",
        "身份证号、住址、人脸特征、行踪轨迹，本系统不收集。",
        "",
        "| 表 | 列 | 是什么 | 为什么要 | 谁看得到 | 留多久 |",
        "|---|---|---|---|---|---|",
    ]
    for table, rows in data_map.MAP.items():
        for held in rows:
            names = " ".join(f"`{name}`" for name in held.columns)
            told = (held.what, held.purpose, held.seen_by, held.kept)
            lines.append(f"| `{table}` | {names} | {' | '.join(told)} |")
    lines += [
        "",
        "## 到期删除",
        "",
        "每天夜里由后台任务删除，删了多少记在审计里；`safegrid retention --dry-run` 只数不删。",
        "",
    ]
    lines += ["| 什么 | 天数 |", "|---|---|"]
    lines += [f"| {period.what} | {period.days} |" for period in PERIODS]
    return "\n".join([*lines, ""])
