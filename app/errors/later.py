"""Not now: too much, too slow, or a fault of ours. A phone keeps what it has and comes again."""

from app.errors.base import Refusal


class Unexpected(Refusal):
    """A fault of ours; the log has it under the request's number."""

    status, code = 500, "unexpected"
    zh = "系统出了意外，已经记下（编号 {request}）。请稍后再试，记录不会丢。"
    en = "Something failed on our side and was noted ({request}). Try again later; nothing is lost."


class TooSlow(Refusal):
    """The line stood still in the middle of a body; nothing was taken."""

    status, code, retry_after, spread = 408, "too_slow", 5, 5
    zh = "信号太弱，没有传完。到有信号处会接着传。"
    en = "The line stood still before everything had arrived. It will be sent again."


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

    status, code, retry_after, spread = 429, "daily_limit", 3600, 1800
    zh = "今天上传的照片到了上限（{most} 张）。照片都在手机里，明天会自动再传。"
    en = "Today's limit of {most} photos is reached. They stay on the phone and are sent tomorrow."


class Crowded(TooManyRequests):
    """Nobody did too much: many come at once. Said before the body is read."""

    code = "crowded"
    zh = "现在用的人多，{seconds} 秒后自动再来。记录都在手机里。"
    en = "Many are here just now; it goes on by itself in {seconds} seconds. Nothing is lost."


class StorageUnavailable(Refusal):
    status, code, retry_after, spread = 503, "storage_unavailable", 30, 30
    zh = "照片库暂时连不上，文字已照收，照片稍后自动再传。"
    en = "The photo store cannot be reached; text still goes through, photos are sent later."


class DatabaseUnavailable(Refusal):
    status, code, retry_after, spread = 503, "database_unavailable", 15, 30
    zh = "服务器正在维护，请稍后再试。手机里的记录都在，会自动再传。"
    en = "The server is being serviced. Records on the phone are safe and will be sent again."
