"""What is held of whoever writes, opens and answers an instruction: of that one, never of a day."""

from app.services.personal.held import Held

_KEPT = "长期保存（责任追溯）"
INSTRUCTIONS: dict[str, tuple[Held, ...]] = {
    "instructions": (
        Held(("sender_id",), "谁发的通知", "知道找谁问", "发出的单位、收到的人", _KEPT),
        Held(("text",), "通知里的话，可能提到人", "布置工作", "发出的单位、收到的人", _KEPT),
    ),
    "instruction_addressees": (
        Held(
            ("read_by_id",),
            "每个单位、网格里谁先打开的（一条通知只记一次，不汇总、不排名）",
            "知道通知送到了",
            "发出的单位、同一单位（网格）的人",
            _KEPT,
        ),
    ),
    "instruction_feedback": (
        Held(
            ("person_id", "text"),
            "谁反馈的、写的话",
            "知道办得怎么样",
            "发出的单位、同一单位（网格）的人",
            _KEPT,
        ),
    ),
    "instruction_steps": (
        Held(
            ("person_id", "reason"),
            "谁提醒、结束、撤回的",
            "责任追溯",
            "发出的单位、收到的人",
            _KEPT,
        ),
    ),
}
