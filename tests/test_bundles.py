"""What a phone must fetch stays small: the budgets of the field page (KB, gzip)."""

import pytest

from tests.bench import sizes

MOST = {"initial_js_kb": 90.0, "initial_css_kb": 15.0, "precache_kb": 350.0}


@pytest.fixture(scope="module")
def field() -> dict[str, float]:
    if not (sizes.DIST / "field").is_dir():
        pytest.skip("the pages are not built: make e2e builds them")
    return sizes.run()["field"]


@pytest.mark.parametrize("name", MOST)
def test_the_field_page_keeps_its_budget(name: str, field: dict[str, float]) -> None:
    assert 0 < field[name] <= MOST[name]


@pytest.mark.usefixtures("field")
def test_whatever_gets_smaller_by_it_lies_packed_beside_itself() -> None:
    scripts = [path for path in sizes.DIST.rglob("*.js") if path.stat().st_size > 1024]
    assert len(scripts) > 20
    for path in scripts:
        for ending in (".br", ".gz"):
            assert path.with_name(path.name + ending).stat().st_size < path.stat().st_size / 1.5
