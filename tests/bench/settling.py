"""A whole county by SQL: its tree, its places, and what half a year of patrols leaves behind.

Seeded: the same ids, shares and skew every time. What was answered at each visit is left out,
because nothing that is measured here reads it.
"""

from datetime import date, timedelta
from runpy import run_path

import psycopg

from tests.bench.growing import Connection, one
from tests.running import ROOT, RunningApp

SIZES = {"townships": 12, "villages": 200, "grids": 5_000, "objects": 60_000}
LOOKS = ROOT / "migrations" / "versions" / "2026-11-26-1011_note_the_last_looks.py"
BODIES = """
insert into organizations
    (id, kind, name, short_name, parent_id, within_id, is_active, is_summarising)
select md5('bench township ' || n)::uuid, 'township_subcentre', '量测' || n || '镇分中心',
    '量测' || n || '镇', (select id from organizations where kind = 'county_centre'),
    md5('bench township ' || n)::uuid, true, false
from generate_series(1, %(townships)s) n
union all
select md5('bench village ' || n)::uuid, 'village', '量测' || n || '村村民委员会',
    '量测' || n || '村', t.id, t.id, true, false
from generate_series(1, %(villages)s) n,
    lateral (select md5('bench township ' || 1 + n %% %(townships)s)::uuid as id) t
"""
GROUND = """
insert into grids (id, kind, name, parent_id, organization_id, outline, centre_lat, centre_lon,
    valid_from)
select md5('bench land ' || n)::uuid, 'territorial', '量测' || n || '镇网格', null,
    md5('bench township ' || n)::uuid, null, null, null, current_date - 400
from generate_series(1, %(townships)s) n
union all
select md5('bench grid ' || n)::uuid, 'territorial', '量测第' || n || '网格',
    md5('bench land ' || 1 + v %% %(townships)s)::uuid, md5('bench village ' || v)::uuid,
    json_build_object('type', 'Polygon', 'coordinates', json_build_array(json_build_array(
        json_build_array(x, y), json_build_array(x + 0.005, y), json_build_array(x + 0.005,
        y + 0.005), json_build_array(x, y + 0.005), json_build_array(x, y)))),
    y + 0.0025, x + 0.0025, current_date - 400
from generate_series(1, %(grids)s) n, lateral (
    select 1 + n %% %(villages)s as v, 117.5 + n %% 72 * 0.005 as x, 34.4 + n / 72 * 0.005 as y
) at
"""
# On one grid in fifty there is nobody.
PEOPLE = """
with hired as (
    select md5('bench gridworker ' || n)::uuid as id, '量网' || n as name, 'gridworker' as role,
        md5('bench village ' || 1 + n %% %(villages)s)::uuid as body,
        md5('bench grid ' || n)::uuid as grid
    from generate_series(1, %(grids)s) n where n %% 50 <> 0
    union all
    select md5('bench officer ' || n)::uuid, '量镇' || n, 'township_officer',
        md5('bench township ' || n)::uuid, null
    from generate_series(1, %(townships)s) n
    union all
    select md5('bench firm ' || id)::uuid, '量安', 'safety_officer', id, null
    from organizations where name like '量测企业%%'
), known as (
    insert into people (id, name, must_change_password, created_at)
    select id, name, false, now() - interval '400 days' from hired
)
insert into posts (id, person_id, organization_id, role, grid_id, starts_on)
select md5('bench post ' || id)::uuid, id, body, role, grid, current_date - 400 from hired
"""
PLACES = """
insert into supervised_objects (id, kind, name, grid_id, organization_id, credit_code, address,
    sector, lat, lon, contact_name, contact_phone, is_key, is_registered, products, key_persons,
    is_in_lianghua, concerns, extra, created_at, confirmed_at, closed_on)
select md5('bench object ' || n)::uuid, kind, (array['永兴', '鑫源', '顺达', '老街口', '福满',
    '东升', '华泰', '祥和'])[1 + floor(a * 8)::int] || n || (array['超市', '饭店', '加工厂',
    '仓库', '诊所', '理发店', '汽修厂', '民房'])[1 + floor(b * 8)::int],
    md5('bench grid ' || 1 + floor(power(c, 1.5) * %(grids)s)::int)::uuid, null,
    case when b < 0.4 then upper(substr(md5('code ' || n), 1, 18)) end,
    '量测路' || 1 + floor(a * 900)::int || '号', '批发零售', 34.4 + a * 0.35, 117.5 + b * 0.36,
    case when d < 0.7 then '王' || n end,
    case when d < 0.7 then '139' || lpad(n::text, 8, '0') end,
    d < 0.06, true, '', '[]', false, '', '{}', now() - interval '1 day' * (200 + a * 200),
    case when d < 0.99 then now() - interval '1 day' * 200 end,
    case when a > 0.98 then current_date - 30 end
from (
    select n, random() as a, random() as b, random() as c, random() as d, random() as e
    from generate_series(1, %(objects)s) n offset 0
) dice, lateral (
    select case when e < 0.06 then 'enterprise' when e < 0.41 then 'individual_business'
        when e < 0.71 then 'household' when e < 0.84 then 'three_small_place'
        when e < 0.88 then 'key_location' when e < 0.93 then 'public_facility'
        when e < 0.94 then 'project' when e < 0.97 then 'leased_factory'
        when e < 0.98 then 'disused_factory' else 'bundle' end as kind
) what
"""
FIRMS = (
    """
insert into organizations
    (id, kind, name, short_name, parent_id, within_id, is_active, is_summarising)
select o.id, 'enterprise', '量测企业' || o.name, o.name, b.id, b.within_id, true, false
from supervised_objects o join grids g on g.id = o.grid_id
join organizations b on b.id = g.organization_id
where o.kind = 'enterprise' and b.name like '量测%%'
""",
    """
update supervised_objects o set organization_id = o.id
from organizations b where b.id = o.id and b.name like '量测企业%%'
""",
    """
update supervised_objects o set bundle_id = b.id
from (
    select distinct on (grid_id) grid_id, id from supervised_objects
    where kind = 'bundle' and address like '量测%%' order by grid_id, id
) b
where b.grid_id = o.grid_id and o.kind = 'individual_business' and o.address like '量测%%'
    and hashtext(o.id::text) %% 2 = 0
""",
)
COUNTED = {
    "grids": "grids",
    "objects": "supervised_objects",
    "tasks": "patrol_tasks",
    "visits": "visits",
}
# Half a year. The fifteen days of today began eight days ago: the next ones are planned today.
HALF_A_YEAR = timedelta(days=12 * 15 + 8)
DUTIES = """
insert into obligations (key, name, role, duty, min_count, period, scope, applies_to,
    checklist_key, seed, starts_on, is_active)
values
    ('F5', '网格员每 15 天巡查', 'gridworker', 'patrol', 1, 'days_15', 'object', '{"kinds":
        ["enterprise", "individual_business", "project", "ferry", "three_small_place",
        "key_location", "leased_factory", "disused_factory", "public_facility", "bundle"]}',
        null, 'S3-5', %(began)s, true),
    ('F5-home', '网格员每季度走访住户', 'gridworker', 'patrol', 1, 'quarter', 'object',
        '{"kinds": ["household"]}', 'village-9+1', 'S3-5', %(began)s, true),
    ('F4', '企业每周自查', 'safety_officer', 'inspection', 1, 'week', 'object',
        '{"kinds": ["enterprise"]}', 'enterprise-self-check', 'S0-25', %(began)s, true)
on conflict (key) do update set starts_on = excluded.starts_on
"""
# Seven grids in a hundred are behind. What is done is done within two days of its day; what is
# not is missed, or was put off to yesterday while its period runs: so it stands in the morning.
TASKS = """
insert into patrol_tasks (id, obligation_key, role, subject_id, object_id, grid_id,
    organization_id, checklist_version_id, period_start, period_end, ordinal, original_due_on,
    due_on, is_provisional, rollovers, status, done_visit_id, done_on, closed_on)
select md5(d.key || o.id || w.first)::uuid, d.key, d.role, o.id, o.id, o.grid_id,
    case when d.role = 'safety_officer' then o.organization_id end, v.id, w.first, w.last, 1, due,
    case when is_late then current_date - 1 else due end, false, is_late::int, state,
    case when state = 'done' then md5('visit ' || d.key || o.id || w.first)::uuid end,
    case when state = 'done' then done end, case when state = 'missed' then w.last + 1 end
from obligations d
join checklist_versions v on v.checklist_key = coalesce(d.checklist_key, 'nine-aspects')
join supervised_objects o on d.applies_to -> 'kinds' @> jsonb_build_array(o.kind)
cross join lateral (
    select start::date as first, (start + %(step)s::interval)::date - 1 as last
    from generate_series(%(first)s::date::timestamp, current_date, %(step)s::interval) start
) w
cross join lateral (select random() as a, random() as b, random() as c
    where o.id is not null and w.first is not null) dice
cross join lateral (select w.first + 1 + floor(a * (w.last - w.first))::int as due,
    abs(hashtext(o.grid_id::text)) %% 100 < 7 as is_behind) planned
cross join lateral (select due + floor(c * 3)::int as done) looked
cross join lateral (select case
    when done < current_date and b < case when is_behind then 0.1 else 0.93 end then 'done'
    when w.last < current_date then 'missed' else 'open' end as state) became
cross join lateral (select state = 'open' and due < current_date - 1 as is_late) waits
where d.key = %(key)s and o.address like '量测%%' and o.bundle_id is null
    and o.confirmed_at is not null and o.closed_on is null
    and (d.role <> 'safety_officer' or o.organization_id is not null)
"""
VISITS = """
insert into visits (id, sha256, person_id, object_id, grid_id, checklist_version_id, started_at,
    occurred_at, received_at, rest_fine, issue_count, note)
select t.done_visit_id, md5(t.id::text) || md5(t.id::text), p.person_id, t.object_id, t.grid_id,
    t.checklist_version_id, at - interval '6 minutes', at, at + interval '1 hour' * random(), true,
    0, ''
from patrol_tasks t
join supervised_objects o on o.id = t.object_id and o.address like '量测%%'
join lateral (
    select person_id from posts
    where role = t.role and (organization_id = t.organization_id or grid_id = t.grid_id)
    order by starts_on limit 1
) p on true
cross join lateral (select t.done_on + interval '1 hour' * (9 + 8 * random()) as at) looked
where t.status = 'done'
"""
# Where nobody is, nothing was done.
UNDONE = """
update patrol_tasks t set done_visit_id = null, done_on = null,
    status = case when period_end < current_date then 'missed' else 'open' end,
    closed_on = case when period_end < current_date then period_end + 1 end
where status = 'done' and not exists (select from visits where id = t.done_visit_id)
"""
DELAYS = """
insert into postponements (id, task_id, from_on, to_on, reason, note, received_at)
select gen_random_uuid(), id, original_due_on, original_due_on + 1,
    (array['closed', 'weather', 'away', null])[1 + abs(hashtext(id::text)) %% 4], '',
    original_due_on + interval '20 hours'
from patrol_tasks where obligation_key <> 'F4' and (status = 'missed' or rollovers > 0)
on conflict do nothing
"""


def settle(app: RunningApp, today: date) -> dict[str, int]:
    """Beside the demo's own ground; how much there is then."""
    with psycopg.connect(app.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("set statement_timeout = 0; set synchronous_commit = off")
        connection.execute("set session_replication_role = replica")  # ids are right by themselves
        connection.execute("set work_mem = '256MB'; set timezone = 'Asia/Shanghai'")
        connection.execute("select setseed(0.1)")
        for statement in (BODIES, GROUND, PLACES, *FIRMS, PEOPLE):
            connection.execute(statement, SIZES)
        _work(connection, today)
        connection.execute("delete from last_looks")
        connection.execute(run_path(str(LOOKS))["FILL"])
        connection.execute("update reference_version set version = gen_random_uuid()")
        connection.execute("vacuum analyze")
        return {
            name: one(connection, f"select count(*) from {table}")  # noqa: S608 - words of our own
            for name, table in COUNTED.items()
        }


def _work(connection: Connection, today: date) -> None:
    began = today - HALF_A_YEAR
    monday = began + timedelta(days=(7 - began.weekday()) % 7)
    quarter = date(began.year, (began.month - 1) // 3 * 3 + 1, 1)
    connection.execute(DUTIES, {"began": began})
    for key, first, step in (
        ("F5", began, "15 days"),
        ("F5-home", quarter, "3 months"),
        ("F4", monday, "7 days"),
    ):
        connection.execute(TASKS, {"key": key, "first": first, "step": step})
    for statement in (VISITS, UNDONE, DELAYS):
        connection.execute(statement, SIZES)
