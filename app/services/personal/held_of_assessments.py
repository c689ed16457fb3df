"""What is held of those who assess bodies, and of whom such papers may speak."""

from app.services.personal.held import Held

_KEPT = "长期保存（档案）"
_SEEN = "本单位、上级、县里、审计管理员"
ASSESSMENTS: dict[str, tuple[Held, ...]] = {
    "assessments": (
        Held(
            ("opened_by_id", "withdrawn_by_id", "withdrawn_because"),
            "谁开的年度考核、谁撤回的、为什么",
            "责任追溯",
            "不显示",
            _KEPT,
        ),
    ),
    "assessment_papers": (
        Held(
            ("said", "result"),
            "单位的自评、县里的考评，考核的是单位，文字里可能提到人",
            "单位年度考核的档案",
            _SEEN,
            _KEPT,
        ),
    ),
    "assessment_steps": (
        Held(
            ("person_id", "text", "before"),
            "谁办的哪一步、单位的说明、更正以前的结果，可能提到人",
            "考核过程留痕",
            _SEEN,
            _KEPT,
        ),
    ),
    "body_notes": (
        Held(
            ("text", "written_by_id", "withdrawn_by_id", "withdrawn_because"),
            "通报表彰、通报批评单位的话，可能提到人；谁记的、谁撤回的、为什么",
            "单位奖惩的档案",
            _SEEN,
            _KEPT,
        ),
    ),
}
