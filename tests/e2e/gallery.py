"""`python -m tests.e2e.gallery` writes docs/guide/screens.md: every screen at both sizes."""

from collections.abc import Iterator, Mapping

from tests.e2e.screens import DESK, FIELD
from tests.running import ROOT

GUIDE = ROOT / "docs" / "guide"
PAGE = GUIDE / "screens.md"
AT_A_DESK, ON_A_PHONE = "-at-a-desk", "-at-a-phone"
HEAD = """# 所有界面：手机上、电脑上

每个界面两张图：手机（宽 360）和电脑（宽 1440）。怎么用，看[各人的指南](README.md)。
"""
ROW = '<img src="images/{name}.png" width="{width}" alt="{title}">'
SECTIONS: Mapping[str, Mapping[str, str]] = {
    "入口": {"welcome": "演示县的入口"},
    "网格员、村（社区）干部、企业：隐患": {
        "field-home": "首页",
        "field-camera": "拍照",
        "field-report": "填写",
        "field-saved": "已保存",
        "field-pending": "待上传",
        "field-refused": "需要处理",
        "field-case": "一件隐患",
        "field-verify": "核验",
        "field-enterprise": "企业的待整改",
        "field-enterprise-finish": "企业报整改完成",
    },
    "网格员：巡查、台账、日常": {
        "field-patrols": "今天要看",
        "field-visit": "清单",
        "field-visit-how": "怎么查",
        "field-visit-own": "怎么查：本县自己的照片",
        "field-visit-hazard": "清单里报隐患",
        "field-patrol-delay": "今天没做成的原因",
        "field-ledger": "附近的场所",
        "field-collect": "采集场所",
        "field-change": "信息有变",
        "field-change-returned": "报的变化退回了",
        "field-errand": "送达、宣传、走访",
        "field-errands": "送达、宣传、走访的记录",
        "field-accident": "事故快报",
        "field-accidents": "报过的事故",
        "field-instructions": "工作通知",
        "field-instruction": "一份工作通知",
        "field-appeals": "诉求",
        "field-appeal": "提诉求",
        "field-appeal-one": "一件诉求",
        "field-library": "资料库",
        "field-document": "一份资料",
        "field-situations": "报过的情况",
        "field-situation": "情况报告的结果",
        "field-inbox": "消息",
        "field-mine": "我的",
        "field-join": "登录新手机",
    },
    "案件：镇分中心、县中心、部门": {
        "desk-triage": "受理",
        "desk-case": "一件怎么看",
        "desk-correct": "更正地点",
        "desk-dispatch": "派发",
        "desk-unclear": "待定",
        "desk-department": "部门接收",
        "desk-finish": "报整改完成",
        "desk-case-outcome": "处理结果",
        "desk-all": "全部案件",
        "desk-archived": "归档的一件",
        "desk-print": "打印的案卷",
    },
    "巡查、检查": {
        "desk-patrols": "巡查做得怎样",
        "desk-patrols-board": "每个村做了多少",
        "desk-patrols-tasks": "任务",
        "desk-patrols-coverage": "哪里没看到",
        "desk-patrols-visits": "巡查记录",
        "desk-record-book": "巡查记录本",
        "desk-patrols-visit": "一次巡查",
        "desk-patrols-errands": "送达、宣传、走访",
        "desk-campaigns": "专项检查",
        "desk-campaign-form": "安排专项检查、抽查",
        "desk-checklists": "清单",
        "desk-checklist-own": "清单里配本县自己的照片",
        "desk-inspections": "检查",
        "desk-inspection": "一次检查",
        "desk-inspection-form": "安排检查",
        "desk-inspection-paper": "检查记录",
    },
    "事故、工作通知、诉求、情况报告、培训": {
        "desk-accidents": "事故快报",
        "desk-accident": "一起事故",
        "desk-accident-paper": "事故快报表",
        "desk-instructions": "工作通知",
        "desk-instruction": "谁看了、谁反馈了",
        "desk-instruction-form": "写工作通知",
        "desk-appeals": "诉求",
        "desk-library": "资料库",
        "desk-document": "一份资料",
        "desk-document-form": "存一份资料",
        "desk-situations": "情况报告",
        "desk-situation": "处理一件情况",
        "desk-assessments": "年度考核",
        "desk-assessment": "一个单位的考核表",
        "desk-assessment-open": "开一年的考核",
        "desk-assessment-assess": "考评",
        "desk-assessment-self": "单位自评",
        "desk-assessment-paper": "考核表打印",
        "desk-duties": "例行工作",
        "desk-duty-form": "记一期通报",
        "desk-duty-supervision": "记一次督办",
        "desk-duty-corrected": "更正定下的事",
        "desk-duty": "一次汇总",
        "desk-duty-paper": "汇总、通报、纪要打印",
        "desk-inbox": "消息",
        "desk-trainings": "培训",
        "desk-training": "一次培训",
        "desk-training-form": "记一次培训",
        "desk-training-standing": "谁能上岗",
    },
    "人、网格、台账": {
        "desk-people": "人员",
        "desk-person": "一个人",
        "desk-invite": "让手机登录",
        "desk-people-import": "人员名册导入、导出",
        "desk-invitations": "邀请码",
        "desk-organizations": "机构",
        "desk-organization": "一个机构",
        "desk-grids": "网格",
        "desk-grid": "一个网格",
        "desk-outline": "画网格的边界",
        "desk-outline-past": "历次边界：以前的用虚线垫在下面",
        "desk-outline-import": "从文件导入边界",
        "desk-outline-import-checked": "导入边界：先看合不合",
        "desk-readiness": "责任人和达标",
        "desk-readiness-one": "一个网格的达标",
        "desk-changes": "网格变动",
        "desk-changes-revised": "改边界、换编码也报备案",
        "desk-outline-correction": "只是描准，不用报备案",
        "desk-change-form": "拆分、合并、撤销",
        "desk-change-villages": "并村：新网格归哪个村，会发生什么",
        "desk-change-undo": "撤销调整",
        "desk-changes-paper": "备案表",
        "desk-drafts": "镇街的调整草案",
        "desk-draft": "一份草案",
        "desk-handover": "换人",
        "desk-handover-paper": "交接单",
        "desk-ledger": "台账",
        "desk-ledger-one": "一个场所",
        "desk-ledger-change": "现场报来的变化",
        "desk-ledger-reopen": "重新启用",
        "desk-ledger-form": "登记场所",
        "desk-register": "重大危险源、重点单位登记",
        "desk-ledger-import": "从 Excel 导入",
        "desk-ledger-import-changes": "从 Excel 导入：先看会改动哪些",
    },
    "墙上的纸": {
        "desk-notice": "公示牌",
        "desk-network": "责任网络图",
        "desk-cards": "责任卡",
        "desk-work-cards": "工作证",
    },
    "管理员": {
        "desk-rules": "规则",
        "desk-rules-duties": "任务频次",
        "desk-rules-fields": "台账的字段",
        "desk-rules-codes": "网格编码怎么编",
        "desk-rules-notice": "公示牌上写什么",
        "desk-rules-training": "培训和上岗",
        "desk-scheme": "方案",
        "desk-factor": "动态口令",
        "desk-status": "系统状态",
    },
}


def wanted() -> set[str]:
    """The pictures that the sweep over all pages takes."""
    visits = [*FIELD.values(), *DESK.values()]
    return {name for visit in visits for name in visit.paths.values() if name}


def sizes(name: str) -> tuple[str, str]:
    """The pictures of one screen: on a phone, at a desk."""
    if name.startswith("field-"):
        return name, name + AT_A_DESK
    return name + ON_A_PHONE, name


def page() -> str:
    """The whole page as Markdown."""
    return HEAD + "".join(_lines())


def _lines() -> Iterator[str]:
    for section, screens in SECTIONS.items():
        yield f"\n## {section}\n\n| | 手机 | 电脑 |\n|---|---|---|\n"
        for name, title in screens.items():
            phone, desk = sizes(name)
            small = ROW.format(name=phone, width=180, title=f"{title}（手机）")
            large = ROW.format(name=desk, width=600, title=f"{title}（电脑）")
            yield f"| {title} | {small} | {large} |\n"


if __name__ == "__main__":
    PAGE.write_text(page())
