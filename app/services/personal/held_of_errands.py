"""What is held of whoever delivers, informs and calls, and of whoever receives a document."""

from app.services.personal.held import Held

_SEEN, _KEPT = "本人、所在镇村、县里", "长期保存"
ERRANDS: dict[str, tuple[Held, ...]] = {
    "errands": (
        Held(("person_id",), "谁送达、宣传、走访的", "责任追溯", _SEEN, _KEPT),
        Held(("receiver",), "文书谁签收的", "证明已经送达", _SEEN, "长期保存（送达回证）"),
        Held(("place", "note"), "写的地点和话，可能提到人", "说明情况", _SEEN, _KEPT),
    ),
}
