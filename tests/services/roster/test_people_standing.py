"""Whether a person may have what the row says, from its day on."""

from datetime import timedelta

from app.models.person import Role
from app.models.training import TrainingRule
from app.services import access
from app.services.roster.columns import BODY, GRID, JOB_TITLE, MOBILE, NAME, SINCE
from tests import factories
from tests.services.roster.office import HERE, NEW, Office


async def test_what_somebody_has_already_is_nothing_to_do(office: Office) -> None:
    """A post that ends before the row's day is no such post: it is given anew."""
    worker = office.county.gridworker
    (post,) = await office.posts(worker.mobile or "")
    line = {NAME: worker.name, MOBILE: worker.mobile, BODY: HERE, JOB_TITLE: "网格员"}
    same = await office.take_in(line)
    assert (same.good, same.changed) == (1, 0)
    post.ends_on = access.today() + timedelta(days=3)
    await office.session.flush()
    later = {**line, SINCE: (access.today() + timedelta(days=4)).isoformat()}
    on_its_last_day = {**line, SINCE: (access.today() + timedelta(days=3)).isoformat()}
    assert (await office.take_in(on_its_last_day)).changed == 0
    assert (await office.take_in(later)).changed == 1


async def test_a_chief_whose_time_is_over_leaves_the_place_free(office: Office) -> None:
    (post,) = await office.posts(office.county.chief.mobile or "")
    post.ends_on = access.today()
    await office.session.flush()
    chief = {**NEW, JOB_TITLE: "网格长"}
    assert "先结束他的任职" in (await office.errors(chief))[2][JOB_TITLE]
    tomorrow = (access.today() + timedelta(days=1)).isoformat()
    assert await office.errors({**chief, SINCE: tomorrow}) == {}


async def test_no_post_begins_after_its_grid(office: Office) -> None:
    office.county.grids[0].valid_to = access.today()
    await office.session.flush()
    tomorrow = (access.today() + timedelta(days=1)).isoformat()
    errors = await office.errors(NEW, {**NEW, MOBILE: "13911110002", SINCE: tomorrow})
    assert set(errors) == {3}
    assert f"到 {access.today()} 为止" in errors[3][GRID]


async def test_a_township_does_not_touch_who_works_elsewhere_too(office: Office) -> None:
    worker = office.county.gridworker
    await factories.post(office.session, worker, Role.VILLAGE_CLERK, office.county.villages[1])
    second = await factories.grid(office.session, office.county.villages[0], name="二网格")
    line = {NAME: worker.name, MOBILE: worker.mobile, BODY: HERE, JOB_TITLE: "网格员"}
    errors = await office.errors({**line, GRID: second.name})
    assert "在别的单位也有任职" in errors[2][NAME]


async def test_first_training_then_the_post_holds_here_too(office: Office) -> None:
    office.session.add(
        TrainingRule(
            is_on=True,
            roles=[Role.GRIDWORKER.value],
            starts_on=access.today(),
            modes=["集中授课"],
            valid_months=12,
        )
    )
    await office.session.flush()
    errors = await office.errors(NEW)
    assert "还不能上岗" in errors[2][JOB_TITLE]


async def test_the_countys_two_administrators_do_each_their_part(office: Office) -> None:
    """Decision 12: who registers people gives no posts, who gives posts registers nobody."""
    admin = await office.of(office.county.administrator)
    security = await office.of(office.county.security)
    errors = await security.errors(NEW)
    assert "先由系统管理员" in errors[2][MOBILE]
    batch = await admin.take_in(NEW)
    assert (batch.added, await office.posts("13911110001")) == (1, [])
    given = await security.take_in(NEW)
    assert (given.added, given.changed, given.wrong) == (0, 1, 0)
    assert len(await office.posts("13911110001")) == 1
    own = {
        NAME: office.county.security.name,
        MOBILE: office.county.security.mobile,
        BODY: "区网格中心",
        JOB_TITLE: "县中心",
    }
    assert "另一位安全管理员" in (await security.errors(own))[2][NAME]
