"""What is held about people who say what they saw on the ground (S2-23, S1-62)."""

from app.services.personal.held import Held

COLLECTIONS: dict[str, tuple[Held, ...]] = {
    "collections": (
        Held(("person_id",), "谁在现场采集的", "台账责任", "看得到台账详情的人", "长期保存"),
        Held(
            ("accuracy_m",),
            "采集时定位的误差（本人选择带上才有，不记轨迹、不打卡）",
            "知道位置准不准",
            "看得到台账详情的人",
            "长期保存",
        ),
    ),
    "object_proposals": (
        Held(
            ("person_id", "decided_by_id", "note", "word"),
            "谁在现场报的变化、谁同意或退回、写的话",
            "台账责任",
            "看得到台账详情的人",
            "长期保存（责任追溯）",
        ),
        Held(
            ("changes", "seen"),
            "报来的变化：名称、负责人、电话；同意或重报以后只记王**、138****1234",
            "改台账",
            "看得到台账详情的人",
            "同意或重报为止，退回的保留",
        ),
    ),
}
