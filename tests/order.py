"""Files of tests run side by side: the longest are begun first, or one worker idles at the end."""

import pytest

LONGEST_FIRST = (
    # beside each other in `make test`
    "test_matrix.py",
    "test_fuzz.py",
    "test_hazard_oracle.py",
    "test_upload_corpus.py",
    "test_migrations_under_load.py",
    "test_demo.py",
    "test_demo_whole.py",
    "test_tampering.py",
    "test_storage.py",
    "test_cli.py",
    # in the browser
    "test_screens.py",
    "test_stored_payloads.py",
    "test_loop.py",
    "test_desk.py",
    # in `make faults`; the browser's files fall to one worker, which then needs one small county
    "test_l1_schedules.py",
    "test_l0_walks.py",
    "test_weather.py",
    "test_l4_kills.py",
    "test_l4_power.py",
    "test_killed.py",
    "test_handover.py",
    "test_l5_restore.py",
    "test_l5_failover.py",
    "test_l2_wire.py",
)


def longest_first(items: list[pytest.Item]) -> None:
    """The rest stays as it is; needs --no-loadscope-reorder where files are dealt out."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    name = item.path.name
    return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)
