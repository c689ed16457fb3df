"""What is not there, and what has moved on meanwhile: 404 also "not yours", 409."""

from app.errors.base import Refusal


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


class CampaignEnded(Refusal):
    status, code = 409, "campaign_ended"
    zh = "这次专项检查已经结束，期限不能再改。还要查的，另外下达一次。"
    en = "This campaign has ended; its last day stays. Order another one for what is still to do."


class AccidentEnded(Refusal):
    """What is added by a report is taken in all the same; only steps of desks are refused."""

    status, code = 409, "accident_ended"
    zh = "这起事故刚有变化（终报、标为误报或恢复），这一步现在做不了。看一下最新情况。"
    en = "The accident stands differently now; this step is not possible. Look at it as it is."


class SameIdOtherContent(Refusal):
    status, code, keeps = 409, "same_id_other_content", True
    zh = "这个编号已经收到过另一份内容。两份都留着，会有人来看。"
    en = "This id was already received with other content. Both are kept for a person to look at."
