"""What is held of whoever reports a situation, of whom it speaks, and of those who answer."""

from app.services.personal.held import Held

_KEPT = "长期保存（责任追溯）"
_SEEN = "报告的人、所在村、镇街、县里、办过的单位"
SITUATIONS: dict[str, tuple[Held, ...]] = {
    "situations": (
        Held(
            ("reporter_id", "place", "text"),
            "谁报告的、哪里的什么情况，可能提到住户",
            "知悉、处理、告诉报告的人结果",
            _SEEN,
            _KEPT,
        ),
    ),
    "situation_steps": (
        Held(("person_id", "text"), "谁办的、写的话，可能提到人", "处理、责任追溯", _SEEN, _KEPT),
    ),
}
