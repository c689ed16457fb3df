"""What is held of whoever keeps, files and publishes documents; of readers nothing is."""

from app.services.personal.held import Held

_KEPT = "长期保存（责任追溯）"
_OWN = "资料所属的单位、它的上级"
_SAID = "资料的标题、存放处、换版的原因，可能提到人；保管只写岗位，不写人名"
LIBRARY: dict[str, tuple[Held, ...]] = {
    "library_documents": (
        Held(("written_by_id",), "谁存的资料", "责任追溯", _OWN, _KEPT),
        Held(
            ("title", "place_kept", "custodian_post"),
            _SAID,
            "找得到资料",
            "看得到这份资料的人",
            _KEPT,
        ),
    ),
    "library_versions": (
        Held(("written_by_id", "title", "place_kept", "because"), _SAID, "更新留痕", _OWN, _KEPT),
    ),
    "library_steps": (
        Held(("person_id", "text"), "谁备案、退回、发布、撤下，写的话", "责任追溯", _OWN, _KEPT),
    ),
    "library_files": (
        Held(
            ("uploaded_by_id",),
            "谁传的文件；文件里可能有个人信息，看得到资料的人才能下载",
            "责任追溯",
            "没有页面",
            "有资料用到的长期保存；没有用到的 30 天后删除",
        ),
    ),
}
