"""What is held of whoever appeals and of those who answer; nobody appeals without a name."""

from app.services.personal.held import Held

_KEPT = "长期保存（责任追溯）"
_SEEN = "提的人、本企业、所在镇街、县里、办过的单位"
APPEALS: dict[str, tuple[Held, ...]] = {
    "appeals": (Held(("asker_id", "place"), "谁提的诉求、哪里的事", "答复、联系", _SEEN, _KEPT),),
    "appeal_steps": (
        Held(("person_id", "text"), "谁说的、写的话，可能提到人", "答复、责任追溯", _SEEN, _KEPT),
    ),
}
