"""What can be wrong, where, and how it is said."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Fault:
    """A rule that does not hold: at a position of a case, an audit entry, or a seal."""

    what: str
    hazard_id: UUID | None = None
    position: int | None = None
    seal_id: int | None = None
    audit_seq: int | None = None


SENTENCES: dict[str, tuple[str, str]] = {
    "position": ("序号不连续，有记录被删、被插或被换", "positions are not consecutive"),
    "previous_hash": ("与前一条接不上", "it does not follow the entry before"),
    "hash": ("内容被改过，与指纹不符", "its content does not have its hash"),
    "from_state": ("状态与前一条接不上", "its state does not follow the state before"),
    "first": ("不是从上报开始", "it does not begin with the report"),
    "version": ("案件的条数与历史不符，尾部被删或被加", "the case counts other events"),
    "state": ("案件的状态与历史不符", "the case shows another state than its history"),
    "orphan": ("历史还在，案件不见了", "its case is gone"),
    "audit_hash": ("内容被改过，与指纹不符", "its content does not have its hash"),
    "late": ("没有封存，而早该封存了：是后来塞进去的", "it is older than the seal that lacks it"),
    "dated_back": (
        "时间比前一次封存还早，却在它之后才有，系统也没有记下：是后来塞进去的",
        "it bears a time before the seal that precedes its own, and nobody has noted it",
    ),
    "noted": (
        "时间比前一次封存还早，系统发现后已记下：服务器的时钟慢了，或者是后来补写的",
        "it came later than it says, as was noted: a clock was behind, or it was written in later",
    ),
    "previous_seal": ("与前一个封印接不上", "it does not follow the seal before"),
    "seal": ("封印与它所封的记录不符", "it does not fit what it covers"),
    "seal_range": ("封印上的起止号与所封记录不符", "its numbers do not fit what it covers"),
    "sealed_missing": ("封存过的记录不见了", "something that it covers is gone"),
    "head_unreadable": ("存证文件读不出来", "its head cannot be read"),
    "head_mac": ("存证文件不是本系统写的", "its head was not written by this system"),
    "head_chain": (
        "存证文件前后接不上，有文件被删或被换",
        "its head does not follow the one before",
    ),
    "head_differs": (
        "封印与存在别处的存证不符：数据库被改写过",
        "it differs from its head outside",
    ),
    "head_without_seal": (
        "别处有存证，数据库里没有这个封印：尾部被删或整体重建过",
        "there is a head outside, but no such seal: the end was cut off",
    ),
    "seal_without_head": ("存证文件不见了", "its head is missing outside"),
    "no_heads": ("别处一份存证也没有，无从比对", "there is no head at all to compare with"),
    "lost": (
        "这之前有封印随一次恢复或接管丢失，有人用密钥签过字",
        "seals up to this one were lost by a restore or a takeover, as was signed for",
    ),
    "loss_unreadable": ("说明丢失的文件读不出来", "what says that seals were lost cannot be read"),
    "loss_mac": ("说明丢失的文件不是本系统签的", "this system has not signed that seals were lost"),
    "receipt_mac": ("不是本系统开的回执", "this system did not issue it"),
    "receipt_unknown": ("系统里没有这份回执对应的记录", "nothing here corresponds to it"),
    "receipt_differs": ("回执与系统里的记录不符", "what is kept differs from it"),
}


def sentence(fault: Fault) -> tuple[str, str]:
    """Where and what, in Chinese and English."""
    zh, en = SENTENCES[fault.what]
    where_zh, where_en = _where(fault)
    return f"{where_zh}：{zh}。", f"{where_en}: {en}."


def _where(fault: Fault) -> tuple[str, str]:
    if fault.hazard_id:
        return f"案件 {fault.hazard_id} 第 {fault.position} 条", (
            f"case {fault.hazard_id}, event {fault.position}"
        )
    if fault.audit_seq is not None:
        return f"审计记录第 {fault.audit_seq} 条", f"audit entry {fault.audit_seq}"
    if fault.seal_id is not None:
        return f"封印第 {fault.seal_id} 号", f"seal {fault.seal_id}"
    return "回执", "receipt"
