"""What grids, changes of the division and their drafts hold of people."""

from app.services.personal.held import Held

DIVISIONS: dict[str, tuple[Held, ...]] = {
    "grid_outlines": (
        Held(("recorded_by_id",), "谁画的、导入的边界", "责任追溯", "所有登录的人", "长期保存"),
    ),
    "outline_imports": (
        Held(
            ("taken_by_id", "undone_by_id"),
            "谁导入、谁撤销的边界",
            "责任追溯",
            "管网格的人",
            "长期保存",
        ),
    ),
    "outline_runs": (
        Held(("person_id",), "谁的边界文件正在处理", "告诉他做到哪里", "本人", "处理完就删"),
    ),
    "division_changes": (
        Held(
            ("decided_by_id", "filed_by_id", "undone_by_id", "undone_filed_by_id"),
            "谁定的、谁撤销的、谁备案的",
            "责任追溯",
            "办公端",
            "长期保存",
        ),
        Held(("undone_reason",), "为什么撤销（可能提到人）", "说明情况", "办公端", "长期保存"),
    ),
    "grid_revisions": (
        Held(
            ("decided_by_id", "filed_by_id"),
            "谁改了网格的边界、编码、名称，谁备案的",
            "责任追溯",
            "办公端",
            "长期保存",
        ),
    ),
    "division_drafts": (
        Held(
            ("author_id", "answered_by_id"),
            "谁起草、谁答复",
            "责任追溯",
            "县里、所在镇街",
            "长期保存",
        ),
        Held(
            ("proposal", "reason", "answer"),
            "要怎么调、为什么（可能提到人），谁到哪个新网格",
            "说明情况",
            "县里、所在镇街",
            "长期保存",
        ),
    ),
    "grid_provisions": (
        Held(("noted_by_id",), "谁看过网格上有什么", "责任追溯", "办公端", "长期保存"),
    ),
    "slot_assignments": (
        Held(("person_id", "title"), "网格责任人、职务", "责任到人", "所有登录的人", "长期保存"),
    ),
    "left_slots": (
        Held(
            ("person_id", "title"),
            "注销的企业网格上原来的责任人、职务",
            "企业恢复时建议谁接着负责",
            "管企业台账的人",
            "企业恢复时删除",
        ),
    ),
}
