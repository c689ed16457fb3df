"""Files are run side by side: the longest are begun first, or one worker idles at the end."""

import pytest

LONGEST_FIRST = (
    "test_l1_schedules.py",
    "test_l0_walks.py",
    "test_weather.py",
    "test_killed.py",
    "test_l4_power.py",
    "test_l4_kills.py",
    "test_storage.py",
    "test_handover.py",
    "test_l5_restore.py",
    "test_l2_wire.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    name = item.path.name
    return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)
