"""Refusals: what the product says when it cannot do what was asked, in Chinese and English.

422 your form, 403 not your part, 404 also "not yours", 409 the world moved, 503 later.
"""

from typing import Any, ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an accident
    """Base of all refusals. `keeps` = the transaction is committed nevertheless."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    zh: ClassVar[str] = "没有办成。"
    en: ClassVar[str] = "This could not be done."
    keeps: ClassVar[bool] = False
    retry_after: ClassVar[int | None] = None

    def __init__(self, *, fields: list[str] | None = None, **details: Any) -> None:
        super().__init__(self.code)
        self.fields = fields or []
        self.details = details

    def problem(self) -> dict[str, Any]:
        """The body of the answer; `details` fill the sentences and ride along."""
        zh, en = (text.format_map(_Kind(self.details)) for text in (self.zh, self.en))
        return {
            "code": self.code,
            "zh": zh,
            "en": en,
            "fields": self.fields,
            "details": self.details,
        }


class _Kind(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


class NotSignedIn(Refusal):
    status, code = 401, "not_signed_in"
    zh = "登录过期。记录都在手机里，重新登录后自动上传。"
    en = "Signed out. Your records stay on this phone and are sent after you sign in again."


class OtherPerson(Refusal):
    """The cookie is not of the person whose records the sender holds. A phone keeps and waits."""

    status, code = 401, "other_person"
    zh = "现在是另一个人在这台设备上登录。记录还在，请本人重新登录后再传。"
    en = "Somebody else is signed in on this device. Nothing is lost; sign in again as yourself."


class WrongSignIn(Refusal):
    status, code, keeps = 401, "wrong_sign_in", True
    zh = "手机号（用户名）或密码不对。请再试一次，忘记密码请找管理员重设。"
    en = "Number (user name) or password is wrong. Try again, or ask an administrator to reset it."


class TemporarilyLocked(Refusal):
    status, code, keeps = 429, "temporarily_locked", True
    zh = "输错次数太多，请 {minutes} 分钟后再试。"
    en = "Too many wrong attempts. Try again in {minutes} minutes."


class MustChangePassword(Refusal):
    status, code = 403, "must_change_password"
    zh = "第一次登录，请先改密码。"
    en = "First sign-in: please change the password first."


class SecondFactorNeeded(Refusal):
    """`details.how`: enrol (none is set yet) or verify."""

    status, code = 403, "second_factor_needed"
    zh = "还差一步：请输入动态口令。"
    en = "One more step: the second factor."


class WrongCode(Refusal):
    status, code, keeps = 422, "wrong_code", True
    zh = "口令不对，或者已经用过。看一下手机上现在的 6 位数字，再输一次。"
    en = "The code is wrong or was used before. Look at the six digits on the phone now."


class WrongEnrolment(Refusal):
    status, code, keeps = 422, "wrong_enrolment", True
    zh = "这个邀请码不对、已经用过，或者过期了。请镇里再给一个。"
    en = "This code is wrong, was used before, or has run out. Ask your township for another."


class WeakPassword(Refusal):
    status, code = 422, "weak_password"
    zh = "密码太容易猜到：至少 10 个字，不要用手机号、姓名或常见密码。"
    en = "Too easy to guess: at least 10 characters, not a phone number, name or common password."


class PlainPassword(Refusal):
    """Only under the password rules `mlps`."""

    status, code = 422, "plain_password"
    zh = "大写字母、小写字母、数字、其他符号（汉字也算），至少要有三种。"
    en = "Use at least three of: capitals, small letters, digits, other characters."


class ForeignOrigin(Refusal):
    status, code = 403, "foreign_origin"
    zh = "这个请求不是从本系统的页面发来的。请从本系统的网址进入。"
    en = "This request did not come from a page of this system. Open the system by its own address."


class NotPermitted(Refusal):
    status, code = 403, "not_permitted"
    zh = "这一步不由您办。{why}"
    en = "This step is not yours to take. {why_en}"


class NotFound(Refusal):
    status, code = 404, "not_found"
    zh = "没有找到，或者不在您的范围内。"
    en = "Not found, or not within your area."


class NotAllowedNow(Refusal):
    """Carries the case as it is, so that the page can show what has changed."""

    status, code = 409, "not_allowed_now"
    zh = "案件已经走到下一步，这个操作现在做不了。看一下最新情况。"
    en = "The case has moved on; this step is not possible now. Look at it as it is."


class NotYet(Refusal):
    """The step is possible in this state, but something else has to happen first."""

    status, code = 409, "not_yet"
    zh = "{reason_zh}"
    en = "{reason_en}"


class NotQualified(Refusal):
    """First training, then the post: where the county has switched this on (S1-16, S4-35)."""

    status, code = 409, "not_qualified"
    zh = "{person}还不能上岗：{why_zh}。先参加培训，三项都通过并在“培训”里记好，再安排岗位。"
    en = (
        "{person} cannot take this post yet: {why_en}. First a training with all three passed and "
        "noted under Trainings, then the post."
    )


class ChangedMeanwhile(Refusal):
    status, code = 409, "changed_meanwhile"
    zh = "别人刚刚改过这条。先看变化，再决定要不要重做。"
    en = "Somebody has just changed this. Look at the change, then decide whether to redo."


class NotReturned(Refusal):
    """A collected object is the village's or township's to change, unless they send it back."""

    status, code = 409, "not_returned"
    zh = "这一处没有退回给您，不能再报。要改的请告诉村（社区）或镇街。"
    en = "It was not sent back to you. Tell the village or township what to change."


class InspectionEnded(Refusal):
    status, code = 409, "inspection_ended"
    zh = "这次检查已经结束，不能再改。"
    en = "This inspection is over; nothing can be changed any more."


class AccidentEnded(Refusal):
    """What is added by a report is taken in all the same; only steps of desks are refused."""

    status, code = 409, "accident_ended"
    zh = "这起事故刚有变化（终报、标为误报或恢复），这一步现在做不了。看一下最新情况。"
    en = "The accident stands differently now; this step is not possible. Look at it as it is."


class SameIdOtherContent(Refusal):
    status, code, keeps = 409, "same_id_other_content", True
    zh = "这个编号已经收到过另一份内容。两份都留着，会有人来看。"
    en = "This id was already received with other content. Both are kept for a person to look at."


class Incomplete(Refusal):
    status, code = 422, "incomplete"
    zh = "还差：{missing_zh}。补上再提交，已填的都还在。"
    en = "Still missing: {missing_en}. Add it and send again; nothing you entered is lost."


class Invalid(Refusal):
    """A well-formed value that cannot be right; `fields` names it."""

    status, code = 422, "invalid"
    zh = "{reason_zh}"
    en = "{reason_en}"


class BrokenScheme(Refusal):
    """A scheme file that cannot be used; `lines` says where and why, one a line."""

    status, code = 422, "broken_scheme"
    zh = "方案文件 {file} 有误：\n{lines}"
    en = "The scheme file {file} is wrong:\n{lines}"


class InvalidInput(Refusal):
    """What the form itself forbids; `fields` names what, `details.errors` says why for each."""

    status, code = 422, "invalid_input"
    zh = "有内容填得不对：{fields_zh}。改好再提交，已填的都还在。"
    en = "Please correct: {fields_en}. Nothing you entered is lost."


class UnknownMethod(Refusal):
    status, code = 405, "unknown_method"
    zh = "这个网址不接受这种操作。"
    en = "This address does not take that method."


class Unexpected(Refusal):
    """A fault of ours; the log has it under the request's number."""

    status, code = 500, "unexpected"
    zh = "系统出了意外，已经记下（编号 {request}）。请稍后再试，记录不会丢。"
    en = "Something failed on our side and was noted ({request}). Try again later; nothing is lost."


class UnknownContract(Refusal):
    status, code = 422, "unknown_contract"
    zh = "手机上的程序版本服务器不认识。请联网更新后再传，记录不会丢。"
    en = "The server does not know this app version. Update, then send again; nothing is lost."


class DigestMismatch(Refusal):
    status, code = 422, "digest_mismatch"
    zh = "内容在路上损坏了，会自动重传。"
    en = "It was damaged on the way; it will be sent again."


class BodyTooLarge(Refusal):
    status, code = 413, "body_too_large"
    zh = "内容太大（上限 {limit}）。请缩小后再传。"
    en = "Too large (limit {limit}). Make it smaller and send again."


class TooSlow(Refusal):
    """The line stood still in the middle of a body; nothing was taken."""

    status, code, retry_after = 408, "too_slow", 5
    zh = "信号太弱，没有传完。到有信号处会接着传。"
    en = "The line stood still before everything had arrived. It will be sent again."


class UnreadablePhoto(Refusal):
    status, code = 422, "unreadable_photo"
    zh = "这不是能打开的照片（只收 JPEG、PNG、WebP、HEIF）：{reason_zh}。请重拍一张。"
    en = "Not a readable photo (JPEG, PNG, WebP, HEIF only): {reason_en}. Please take another."


class TooManyRequests(Refusal):
    """The phone takes it for "later": nothing is lost, and it waits as long as it is told."""

    status, code, retry_after = 429, "too_many_requests", 5
    zh = "请求太多，请 {seconds} 秒后再试。记录都在，会自动再传。"
    en = "Too many requests; try again in {seconds} seconds. Nothing is lost."

    def __init__(self, seconds: int = 5) -> None:
        super().__init__(seconds=seconds)
        self.retry_after = seconds  # type: ignore[misc]  # this one knows better than its class


class DailyLimit(Refusal):
    """The phone keeps what it has and tries again later, as with every 429."""

    status, code, retry_after = 429, "daily_limit", 3600
    zh = "今天上传的照片到了上限（{most} 张）。照片都在手机里，明天会自动再传。"
    en = "Today's limit of {most} photos is reached. They stay on the phone and are sent tomorrow."


class Crowded(TooManyRequests):
    """Nobody did too much: many come at once. Said before the body is read."""

    code = "crowded"
    zh = "现在用的人多，{seconds} 秒后自动再来。记录都在手机里。"
    en = "Many are here just now; it goes on by itself in {seconds} seconds. Nothing is lost."


class StorageUnavailable(Refusal):
    status, code, retry_after = 503, "storage_unavailable", 30
    zh = "照片库暂时连不上，文字已照收，照片稍后自动再传。"
    en = "The photo store cannot be reached; text still goes through, photos are sent later."


class DatabaseUnavailable(Refusal):
    status, code, retry_after = 503, "database_unavailable", 15
    zh = "服务器正在维护，请稍后再试。手机里的记录都在，会自动再传。"
    en = "The server is being serviced. Records on the phone are safe and will be sent again."
