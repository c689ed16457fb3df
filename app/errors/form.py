"""What was sent cannot be taken as it is: 422, and what does not even get that far."""

from app.errors.base import Refusal


class Incomplete(Refusal):
    status, code = 422, "incomplete"
    zh = "还差：{missing_zh}。补上再提交，已填的都还在。"
    en = "Still missing: {missing_en}. Add it and send again; nothing you entered is lost."


class Invalid(Refusal):
    """A well-formed value that cannot be right; `fields` names it."""

    status, code = 422, "invalid"
    zh = "{reason_zh}"
    en = "{reason_en}"


class UnfittingGridCode(Refusal):
    """The county's rule of grid codes wants another one (S1-9)."""

    status, code = 422, "unfitting_grid_code"
    zh = (
        "网格编码 {given} 不合本县的编码规则：{structure_zh}，例如 {example}。"
        "规则要改，请找县管理员（规则→网格编码）。"
    )
    en = (
        "Grid code {given} does not follow the county's rule: {structure_en}, e.g. {example}. "
        "County administrators change the rule (Rules → Grid codes)."
    )


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


class UnreadableFile(Refusal):
    """A file that the library does not keep; the reason ends with the way out."""

    status, code = 422, "unreadable_file"
    zh = "这个文件存不了（只收 PDF、DOCX、XLSX、JPG、PNG）：{reason_zh}。"
    en = "This file cannot be kept (PDF, DOCX, XLSX, JPG, PNG only): {reason_en}."


class UnreadablePhoto(Refusal):
    status, code = 422, "unreadable_photo"
    zh = "这不是能打开的照片（只收 JPEG、PNG、WebP、HEIF）：{reason_zh}。请重拍一张。"
    en = "Not a readable photo (JPEG, PNG, WebP, HEIF only): {reason_en}. Please take another."
