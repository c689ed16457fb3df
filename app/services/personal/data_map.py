"""Which column holds what of whom, what for, who sees it, for how long (个人信息保护法 6, 17, 19).

docs/data-map.md is written from here; a test holds the tables against it.
"""

from app.services.personal.held import Held
from app.services.personal.held_of_accidents import ACCIDENTS
from app.services.personal.held_of_appeals import APPEALS
from app.services.personal.held_of_assessments import ASSESSMENTS
from app.services.personal.held_of_checklists import CHECKLISTS
from app.services.personal.held_of_collections import COLLECTIONS
from app.services.personal.held_of_divisions import DIVISIONS
from app.services.personal.held_of_duties import DUTIES
from app.services.personal.held_of_errands import ERRANDS
from app.services.personal.held_of_imports import IMPORTS
from app.services.personal.held_of_instructions import INSTRUCTIONS
from app.services.personal.held_of_library import LIBRARY
from app.services.personal.held_of_situations import SITUATIONS
from app.services.personal.retention import PERIODS

_DAYS = {period.name: period.days for period in PERIODS}
_CASE = "随案件长期保存（行政档案）"
_WITH_ACCOUNT = "账号存在期间；案件里的姓名随案件长期保存"
MAP: dict[str, tuple[Held, ...]] = {
    "people": (
        Held(("name",), "姓名", "知道案件由谁办", "看得到案件或人员页的人", _WITH_ACCOUNT),
        Held(
            ("mobile",),
            "手机号",
            "登录；工作联系",
            "本人看全号；其他人只看 138****1234，要看全号须写原因并留痕",
            f"停用账号 {_DAYS['mobiles_of_leavers']} 天后删除",
        ),
        Held(("user_name",), "用户名", "没有手机号的人登录", "人员页", _WITH_ACCOUNT),
        Held(("password_hash",), "密码的指纹（Argon2id）", "登录", "没有人", "改密码时替换"),
    ),
    "posts": (
        Held(
            ("person_id", "deputy_id"),
            "任职、请假时代班的人",
            "权限、责任",
            "人员页",
            "长期保存（责任追溯）",
        ),
        Held(
            ("is_full_time", "part_time_source", "employment", "duties"),
            "专职还是兼职、兼职来源、用工形式、岗位职责",
            "名册要求写明；不按人统计",
            "人员页",
            "长期保存（责任追溯）",
        ),
    ),
    "sign_ins": (
        Held(
            ("person_id", "device", "address", "token_digest"),
            "登录过的设备、网络地址",
            "本人发现异常登录；认出常用设备，别人乱试密码时本人不被锁；网络安全法留存日志",
            "本人",
            f"退出或最后一次使用 {_DAYS['sign_ins']} 天后删除",
        ),
    ),
    "second_factors": (
        Held(
            ("person_id",), "动态口令的种子（加密）", "登录的第二道", "没有人", "重置或账号存在期间"
        ),
    ),
    "recovery_codes": (
        Held(("person_id",), "备用码的指纹", "手机丢了时登录", "没有人", "重置或账号存在期间"),
    ),
    "enrolments": (
        Held(
            ("person_id", "created_by_id"),
            "手机邀请码的指纹，谁给谁出的",
            "不经手密码就让手机登录",
            "镇管理员看得到有没有没用的码",
            "长期保存，码一小时失效",
        ),
    ),
    "sign_in_guards": (
        Held(("key",), "输错密码的账号、地址", "防猜密码", "没有人", "最后一次输错 2 天后删除"),
    ),
    "supervised_objects": (
        Held(
            ("name", "contact_name", "contact_phone", "address", "lat", "lon"),
            "场所或住户的名称、位置、联系人、电话",
            "整改联系",
            "本网格、本村、本镇、县里、在那里有在办案件的部门；其他人只看王**、138****1234",
            "场所存在期间",
        ),
        Held(
            ("concerns", "return_reason"),
            "采集、确认的人写的话，可能提到人",
            "知道那里要注意什么、哪里要改",
            "本网格、本村、本镇、县里、在那里有在办案件的部门",
            "场所存在期间",
        ),
        Held(
            ("key_persons", "units", "email"),
            "安全管理员等主要人员的姓名、电话，科室、车间、班组、岗位的责任人，企业邮箱",
            "整改联系",
            "同上；其他人看不到",
            "场所存在期间",
        ),
        Held(
            ("collected_by_id", "confirmed_by_id"),
            "谁采集、谁确认",
            "台账责任",
            "看得到台账详情的人",
            "场所存在期间",
        ),
        Held(
            ("cadre_id",),
            "包保干部是谁",
            "知道谁负责走访、巡查",
            "看得到台账详情的人",
            "换人、移走或场所停用为止；改动记录长期保存",
        ),
    ),
    **IMPORTS,
    "object_changes": (
        Held(
            ("actor_id", "reason"),
            "谁在何时改了台账的哪一项；联系人只记王**、138****1234",
            "台账责任",
            "看得到台账详情的人",
            "长期保存（责任追溯）",
        ),
    ),
    "hazards": (
        Held(
            ("reporter_id", "claimed_by_id"),
            "上报人、正在看的人",
            "核验、联系",
            "看得到案件的人",
            _CASE,
        ),
        Held(
            ("lat", "lon", "accuracy_m"),
            "上报时的位置（只在拍照、上报时取一次，不记轨迹）",
            "找到隐患",
            "看得到案件的人",
            _CASE,
        ),
        Held(
            ("note", "place", "no_photo_reason"),
            "上报人写的话，可能提到人",
            "说明隐患",
            "看得到案件的人",
            _CASE,
        ),
    ),
    "search_texts": (Held(("text",), "案件里的话，供查找", "查找", "看得到案件的人", _CASE),),
    "assistants": (Held(("note",), "协办部门写的话", "说明整改", "看得到案件的人", _CASE),),
    "clocks": (Held(("person_id",), "期限由谁负责", "催办", "看得到案件的人", _CASE),),
    "followers": (Held(("person_id",), "并案后原来的上报人", "告知", "看得到案件的人", _CASE),),
    "rechecks": (
        Held(
            ("fixed_by_id", "person_id", "answered_by_id"),
            "谁现场处理、谁复看",
            "第二人复看",
            "看得到案件的人",
            _CASE,
        ),
    ),
    "viewings": (
        Held(("person_id",), "正打开案件的人", "避免两人同时处理", "看得到案件的人", "2 分钟"),
    ),
    "events": (
        Held(
            ("actor_id", "data"), "谁在何时做了哪一步、写的话", "责任追溯", "看得到案件的人", _CASE
        ),
    ),
    "manifest_entries": (
        Held(("lat", "lon", "accuracy_m"), "拍照时的位置", "证明在现场", "看得到案件的人", _CASE),
    ),
    "photos": (
        Held(("uploaded_by_id",), "谁传的照片", "证据", "看得到案件的人", _CASE),
        Held(
            ("exif_lat", "exif_lon"),
            "照片自带的位置",
            "参考",
            "看得到案件的人；原图只有县里和本人能下载，须留痕",
            _CASE,
        ),
    ),
    "strangers": (
        Held(("person_id", "body"), "编号相同、内容不同的上报", "不丢证据", "没有页面", _CASE),
    ),
    "notifications": (
        Held(
            ("person_id", "params"),
            "消息，带经办人姓名",
            "告知",
            "本人",
            f"看过 {_DAYS['notifications_read']} 天、没看 {_DAYS['notifications']} 天后删除",
        ),
    ),
    "saved_views": (Held(("person_id", "name"), "自己存的筛选", "自用", "本人", "自己删除"),),
    "suggestions": (
        Held(("person_id", "text", "answer"), "意见建议", "改进、答复", "本人、管理员", "长期保存"),
    ),
    **CHECKLISTS,
    "applied_schemes": (
        Held(("key", "applied_by_id"), "谁在什么时候换的方案", "留痕", "管理员", "长期保存"),
    ),
    "patrol_tasks": (
        Held(("person_id",), "按人定的任务是谁的", "知道谁去看", "本人、所在镇村", "长期保存"),
    ),
    "postponements": (
        Held(("person_id", "note"), "谁说的原因", "为什么推后", "所在镇村、县里", "长期保存"),
    ),
    "visits": (
        Held(("person_id",), "谁去看的", "责任追溯", "本人、所在镇村、县里", "长期保存"),
        Held(
            ("lat", "lon", "accuracy_m"),
            "交巡查记录时的位置（本人选择带上才有，不记轨迹、不打卡）",
            "找到看的是哪里",
            "本人、所在镇村、县里",
            "长期保存",
        ),
        Held(("note",), "巡查人写的话，可能提到人", "说明情况", "本人、所在镇村、县里", "长期保存"),
    ),
    "visit_answers": (
        Held(("note",), "巡查人写的话，可能提到人", "说明情况", "本人、所在镇村、县里", "长期保存"),
    ),
    **COLLECTIONS,
    **DIVISIONS,
    "handovers": (
        Held(("from_person_id", "to_person_id"), "谁交、谁接", "责任追溯", "所在镇街", "长期保存"),
        Held(("made_by_id",), "谁办的交接", "责任追溯", "所在镇街", "长期保存"),
        Held(("note",), "交接时写的话，可能提到人", "说明情况", "所在镇街", "长期保存"),
    ),
    **ACCIDENTS,
    **INSTRUCTIONS,
    **ERRANDS,
    **APPEALS,
    **ASSESSMENTS,
    **DUTIES,
    **SITUATIONS,
    **LIBRARY,
    "trainings": (
        Held(("created_by_id",), "谁登记的培训", "责任追溯", "不显示", "长期保存（责任追溯）"),
    ),
    "training_records": (
        Held(
            ("person_id", "certificate_number"),
            "谁参加了培训、哪几样会、证号",
            "先培训后上岗",
            "主办单位、所在镇街、县里、本人",
            "长期保存（责任追溯）",
        ),
    ),
    "campaigns": (
        Held(("ordered_by_id",), "谁安排的检查", "权限、责任", "不显示", "长期保存（责任追溯）"),
    ),
    "inspections": (
        Held(
            ("planned_by_id", "ended_by_id"),
            "谁安排、谁办结的检查",
            "权限、责任",
            "不显示",
            "长期保存（责任追溯）",
        ),
        Held(
            ("end_reason",), "取消检查的原因，可能提到人", "说明情况", "看得到检查的人", "长期保存"
        ),
    ),
    "inspectors": (
        Held(("person_id",), "谁去检查", "责任追溯", "看得到检查的人", "长期保存（责任追溯）"),
    ),
    "inspection_places": (
        Held(("recorded_by_id",), "谁记的结果", "责任追溯", "看得到检查的人", "长期保存"),
        Held(("accompanied_by_id",), "哪位网格员陪同", "检查记录", "看得到检查的人", "长期保存"),
        Held(
            ("note", "left_out_reason"),
            "检查人写的话，可能提到人；不记被检查单位签字的人",
            "说明情况",
            "看得到这个场所的检查的人",
            "长期保存",
        ),
    ),
    "inspection_answers": (
        Held(
            ("note",), "检查人的话，可能提到人", "说明情况", "看得到这个场所的检查的人", "长期保存"
        ),
    ),
    "audit_entries": (
        Held(
            ("actor_id", "address", "data"),
            "谁改了什么、看了什么、从哪个地址",
            "等保 8.1.4.3；网络安全法",
            "审计管理员；号码只记 138****1234",
            "长期保存（不少于 180 天）",
        ),
    ),
}
