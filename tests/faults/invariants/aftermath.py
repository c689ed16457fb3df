"""I10, I12, I15: people were told once, everything has drained, nothing stays occupied."""

from tests.faults.invariants.evidence import Evidence, Finding

_TOLD_NOBODY = """
select e.id, exists (
  select 1 from notifications n where n.dedup = e.id::text
) as is_told
from events e where e.kind in ('hazard.assigned', 'hazard.reassigned') and exists (
  select 1 from posts p join people q on q.id = p.person_id
  where p.organization_id::text = e.data #>> '{department,id}'
  and p.role in ('handler', 'safety_supervisor') and p.person_id <> e.actor_id
  and p.ends_on is null and q.disabled_at is null)
"""
_TWICE = "select person_id, dedup, count(*) as times from notifications group by 1, 2"
# The timetable goes on while one looks: what it put in line, or what a living worker does of it.
_WAITING = """
select task_name, status, attempts from procrastinate_jobs j
where status in ('todo', 'doing', 'failed') and not (
  attempts = 0 and queueing_lock is not null and (status = 'todo' or status = 'doing' and exists (
    select 1 from procrastinate_workers w
    where w.id = j.worker_id and w.last_heartbeat > now() - interval '15 s')))
"""
_OPEN = """
select pid, state from pg_stat_activity where datname = current_database()
and state like 'idle in transaction%' and state_change < now() - interval '5 s'
"""


async def people_are_told_once(evidence: Evidence) -> Finding:
    """I10: every dispatch one line for each of its handlers, and never two"""
    found = Finding()
    for row in await evidence.rows(_TOLD_NOBODY):
        found.look(row["is_told"], f"dispatch {row['id']} told nobody")
    for row in await evidence.rows(_TWICE):
        found.look(row["times"] == 1, f"{row['person_id']} was told {row['dedup']} twice")
    return found


async def everything_drains(evidence: Evidence) -> Finding:
    """I12, asked for after healing and after the time limit"""
    found = Finding()
    acked = {(ack.kind, ack.id) for ack in evidence.acks}
    for kind, id_ in evidence.expected:
        found.look((kind, id_) in acked, f"{kind} {id_} was never acknowledged")
    for row in await evidence.rows(_WAITING):
        found.look(False, f"job {row['task_name']} is {row['status']}, {row['attempts']} attempts")
    for row in await evidence.rows("select id from photos where derivatives = 'pending'"):
        found.look(False, f"photo {row['id']} still waits for its derivatives")
    found.look(True, "the queue was looked at")
    return found


async def nothing_stays_occupied(evidence: Evidence) -> Finding:
    """I15: no transaction stays open, memory comes back to what it was"""
    found = Finding()
    left = await evidence.rows(_OPEN)
    found.look(not left, f"{len(left)} transactions stay open")
    for name, before in evidence.before.items():
        after = evidence.after.get(name, before)
        found.look(after <= before, f"{name}: {after:.0f} after, at most {before:.0f} wanted")
    return found
