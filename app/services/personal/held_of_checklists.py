"""What is held of whoever edits checklists."""

from app.services.personal.held import Held

CHECKLISTS: dict[str, tuple[Held, ...]] = {
    "checklist_versions": (
        Held(("made_by_id",), "谁改的清单", "责任追溯", "所有登录的人", "长期保存"),
    ),
    "checklist_pictures": (
        Held(("made_by_id",), "谁传的清单图片", "责任追溯", "没有页面", "长期保存"),
    ),
}
