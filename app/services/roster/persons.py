"""Whose row it is: known by the whole number, or by the name with the number as lists mask it."""

from app.models.person import Person
from app.services.access import Actor
from app.services.accounts import Reach
from app.services.permissions import Permission
from app.services.personal import masked_name, masked_number
from app.services.roster.columns import MOBILE, NAME, is_masked
from app.services.roster.known import Known
from app.services.roster.placing import Wrong

_ASK = "请找县管理员核对"


def found(actor: Actor, known: Known, name: str, number: str) -> Person | None:
    """None: somebody new. A number is never given to another name: nothing changes silently."""
    person = _of_mask(known, name, number) if is_masked(number) else known.people.get(number)
    if person is None:
        _require_may_enter(actor)
        return None
    reach = known.reach[person.id]
    if reach is Reach.NOBODYS and Permission.EDIT_PEOPLE in actor.permissions:
        return None  # registered by mistake and taken off again: whoever needs it takes it up
    if person.name != name:
        raise Wrong(MOBILE, _of_another(known, person, reach))
    if person.disabled_at is not None:
        raise Wrong(NAME, "这个人的账号已停用，先在人员页恢复")
    if reach is Reach.HIDDEN:
        raise Wrong(MOBILE, f"这个手机号登记在别处，{_ASK}")
    return person


def _require_may_enter(actor: Actor) -> None:
    if Permission.EDIT_PEOPLE not in actor.permissions:
        raise Wrong(MOBILE, "这个手机号还没有登记；先由系统管理员用同一个文件导入人员")


def _of_mask(known: Known, name: str, number: str) -> Person:
    fitting = [one for one in known.namesakes.get(name, ()) if masked_number(one.mobile) == number]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise Wrong(MOBILE, f"有 {len(fitting)} 个人姓名、尾号都一样，填完整的手机号")
    raise Wrong(MOBILE, "没有认出是谁；新登记的人要填完整的手机号")


def _of_another(known: Known, person: Person, reach: Reach) -> str:
    """Who has it: the family name, and where they work if that may be seen."""
    who = masked_name(person.name)
    held = known.posts.get(person.id, ()) if reach is not Reach.HIDDEN else ()
    where = f"{held[-1].organization.short_name} " if held else ""
    return f"这个手机号登记的是{where}{who}；名字登记错了在人员页里改，号码错了改这一格"
