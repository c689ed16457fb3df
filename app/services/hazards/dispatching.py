"""Giving a case to a department: within reach, with a date, alone or with others (S3-18, S3-20)."""

from datetime import datetime, timedelta
from typing import NoReturn
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.models.organization import Organization, OrganizationKind
from app.models.rules import Category, Hop
from app.services import clocks, places, rules
from app.services.clocks import Due, Subject
from app.services.hazard_flow import Needs, incomplete
from app.services.hazards.step import Step, invalid, named

LONGEST = timedelta(days=3 * 365)


async def assign(step: Step) -> None:
    """From the desk that holds it to a lead department, with assisting ones if joint."""
    await _give(step, await step.body(step.hazard.holder_id))


async def reassign(step: Step) -> None:
    """To another department by the same desk; the previous one stands in the event."""
    previous = await step.body(step.hazard.department_id)
    if step.command.department_id == previous.id:
        raise invalid("department_id", "现在就是这个部门", "It has the case already")
    step.data["previous"] = named(previous)
    await step.involve(previous.id)
    await _give(step, await step.body(step.hazard.dispatcher_id))


async def _give(step: Step, desk: Organization) -> None:
    hazard = step.hazard
    await reclassify(step)
    lead = await _lead(step, desk)
    helpers = await _helpers(step, desk, lead)
    step.rectify = await _rectify_by(step)
    rule = await rules.route(step.session, desk, hazard.category_code)
    hazard.holder_id, hazard.dispatcher_id, hazard.department_id = None, desk.id, lead.id
    hazard.suggested_department_id = hazard.asked_extension_to = None
    hazard.is_signed_for = False
    hazard.due_at, hazard.is_due_provisional = step.rectify.at, step.rectify.is_provisional
    await step.set_assistants(helpers)
    await step.involve(*(body.id for body in helpers))
    step.data |= {
        "department": named(lead),
        "assisting": [named(body) for body in helpers],
        "due_at": step.rectify.at,
        "is_due_provisional": step.rectify.is_provisional,
        "deadline_rule_id": step.rectify.rule_id,
        "routing_rule_id": rule.id if rule and rule.department_id == lead.id else None,
        "category_code": hazard.category_code,
    }


async def _helpers(step: Step, desk: Organization, lead: Organization) -> list[Organization]:
    """Assisting departments as sent; a new lead without a list keeps the old helpers."""
    ids = list(dict.fromkeys(step.command.assisting_ids))
    if not ids:
        kept = (row.organization_id for row in step.facts.assistants)
        return [await step.body(id_) for id_ in kept if id_ != lead.id]
    if lead.id in ids:
        raise invalid("assisting_ids", "牵头部门不能同时是配合部门", "The lead cannot assist")
    return [await _helper(step, desk, id_) for id_ in ids]


async def _lead(step: Step, desk: Organization) -> Organization:
    """A department within reach, or the enterprise where the hazard lies (decision 28)."""
    found = await _find(
        step, step.command.department_id, places.can_lead(desk, step.hazard.enterprise_id)
    )
    return found or _out_of_reach("department_id")


async def _helper(step: Step, desk: Organization, id_: UUID) -> Organization:
    """A department that this desk may give a part to; a township reaches its own stations."""
    found = await _find(step, id_, places.within_reach(desk))
    return found or _out_of_reach("assisting_ids")


def _out_of_reach(field: str) -> NoReturn:
    raise invalid(field, "这个单位不在可派发的范围内", "This body is not within the desk's reach")


async def any_body(step: Step) -> Organization:
    """The body that a department thinks should have the case instead of itself."""
    id_ = step.command.suggested_department_id
    is_ours = Organization.id != step.hazard.department_id
    can_have = Organization.kind.not_in((OrganizationKind.ENTERPRISE, OrganizationKind.VILLAGE))
    found = await _find(step, id_, is_ours & can_have)
    if found is None:
        raise invalid(
            "suggested_department_id", "请选另一个办理单位", "Choose another body that can act"
        )
    return found


async def _find(step: Step, id_: UUID | None, clause: ColumnElement[bool]) -> Organization | None:
    query = select(Organization).where(Organization.id == id_, Organization.is_active, clause)
    return await step.session.scalar(query)


async def _rectify_by(step: Step) -> Due:
    """As the dispatcher says, else by rule; where a plan decides (major), somebody has to say."""
    if step.command.due_at:
        return Due(_later(step, step.command.due_at))
    subject = Subject(step.hazard.level, step.hazard.category_code)
    known = await clocks.load(step.session)
    due = await clocks.due_by_rule(step.session, known, Hop.RECTIFY, subject, step.now)
    if due is None:
        raise incomplete(Needs.DUE)
    return due


def _later(step: Step, due_at: datetime, than: datetime | None = None) -> datetime:
    """A date in the future, later than the old one where there is one."""
    earliest = max(step.now, than) if than else step.now
    if not earliest < due_at < step.now + LONGEST:
        raise invalid(
            "due_at", "期限要在现在（和原期限）以后、三年以内", "Due later than now, within 3 years"
        )
    return due_at


async def reclassify(step: Step) -> None:
    """A finer category or another level, as triage finds it."""
    command, hazard = step.command, step.hazard
    if command.category_code and command.category_code != hazard.category_code:
        await require_category(step, command.category_code)
        step.data["previous_category_code"] = hazard.category_code
        hazard.category_code = command.category_code
    if command.level and command.level is not hazard.level:
        step.data["previous_level"] = hazard.level.value
        hazard.level = command.level


async def require_category(step: Step, code: str) -> None:
    category = await step.session.get(Category, code)
    if category is None or not category.is_active:
        raise invalid("category_code", "没有这个类别", "There is no such category")


async def ask_extension(step: Step) -> None:
    """The wish stays open until the dispatcher answers; both dates are in history."""
    assert step.command.due_at is not None
    step.hazard.asked_extension_to = _later(step, step.command.due_at, step.hazard.due_at)
    step.data |= {"due_at": step.command.due_at, "previous_due_at": step.hazard.due_at}


async def grant_extension(step: Step) -> None:
    """The dispatcher's date counts, whatever was asked for."""
    assert step.command.due_at is not None
    hazard = step.hazard
    step.rectify = Due(_later(step, step.command.due_at, hazard.due_at))
    step.data |= {
        "due_at": step.rectify.at,
        "previous_due_at": hazard.due_at,
        "asked_due_at": hazard.asked_extension_to,
    }
    hazard.due_at, hazard.is_due_provisional = step.rectify.at, False
    hazard.asked_extension_to = None


async def refuse_extension(step: Step) -> None:
    step.data |= {"due_at": step.hazard.due_at, "asked_due_at": step.hazard.asked_extension_to}
    step.hazard.asked_extension_to = None
