"""What is held of those who keep the records of bodies, and of whom minutes speak."""

from app.services.personal.held import Held

_KEPT = "长期保存（档案）"
_SEEN = "本单位、上级、县里、要办事的单位"
_WHY = "会议、督查、通报的档案"
DUTIES: dict[str, tuple[Held, ...]] = {
    "duty_records": (
        Held(
            ("written_by_id", "subject", "text", "participants", "figures"),
            "谁记的；纪要、通报里可能提到人；参加的只记人数",
            _WHY,
            _SEEN,
            _KEPT,
        ),
    ),
    "duty_record_versions": (
        Held(
            ("written_by_id", "subject", "text", "participants", "because"),
            "更正以前写的、谁写的、为什么更正",
            "更正留痕",
            _SEEN,
            _KEPT,
        ),
    ),
    "duty_item_versions": (
        Held(
            ("text", "corrected_by_id", "because"),
            "定下的事更正以前怎么写的、谁更正的、为什么",
            "更正留痕",
            _SEEN,
            _KEPT,
        ),
    ),
    "duty_items": (
        Held(
            ("text", "done_by_id", "done_note"),
            "定下的事、谁说办完了、怎么办的，可能提到人",
            "会议定的事落实到底",
            _SEEN,
            _KEPT,
        ),
    ),
}
