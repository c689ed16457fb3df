"""Who one is, and what one may: 401 and 403, and what passwords and codes must be."""

from app.errors.base import Refusal


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
