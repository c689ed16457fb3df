"""What is held of whoever reports and handles accidents; of victims no name is asked."""

from app.services.personal.held import Held

_KEPT = "长期保存（事故档案）"
_SEEN = "报告人、所在镇街、县里、县里告诉的部门；村（社区）先汇总的，还有村里"
ACCIDENTS: dict[str, tuple[Held, ...]] = {
    "accidents": (
        Held(("reporter_id",), "谁报告的事故", "核实、联系", _SEEN, _KEPT),
        Held(
            ("lat", "lon", "accuracy_m"),
            "事故地点（报告人选择带上才有，不记轨迹）",
            "找到现场",
            _SEEN,
            _KEPT,
        ),
        Held(
            ("place", "company", "scene", "course", "measures", "other"),
            "报告里写的话，可能提到人；伤亡人员的姓名不收",
            "说明事故",
            _SEEN,
            _KEPT,
        ),
    ),
    "accident_reports": (
        Held(("person_id",), "谁报的、谁补的", "责任追溯", _SEEN, _KEPT),
        Held(
            ("company", "scene", "course", "measures", "other"),
            "报告里写的话，可能提到人；伤亡人员的姓名不收",
            "说明事故",
            _SEEN,
            _KEPT,
        ),
        Held(
            ("place", "lat", "lon", "accuracy_m"),
            "每次报告写的地点和定位",
            "找到现场",
            _SEEN,
            _KEPT,
        ),
    ),
    "accident_hops": (
        Held(
            ("person_id", "reason"),
            "谁接报、谁上报，误报的原因",
            "责任追溯",
            _SEEN,
            _KEPT,
        ),
    ),
    "accident_photos": (
        Held(("lat", "lon", "accuracy_m"), "拍照时的位置", "现场情况", _SEEN, _KEPT),
    ),
}
