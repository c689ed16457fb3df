"""F1 to F50: what can go wrong, and which layer or test does it to the program.

`tests` are read by test_frame: each must exist. `counted` names a result in docs/proof and what it
counts there, so that a fault which is no longer injected cannot stay in the table.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`why`: what of it is not reached, or nothing at all where neither tests nor counts stand."""

    what: str
    tests: tuple[str, ...] = ()
    counted: tuple[tuple[str, str], ...] = ()
    why: str = ""

    def told(self) -> str:
        names = [f"{result} `{key}`" for result, key in self.counted]
        names += [f"`{name}`" for name in self.tests]
        if not names:
            return f"**not reached**: {self.why}"
        return "; ".join(names) + (f" – {self.why}" if self.why else "")


_L2 = "tests/faults/test_l2_wire.py::"
_L3 = "tests/faults/l3/"
_L4 = "tests/faults/test_l4_kills.py::test_nothing_is_lost_whatever_is_killed"
_STORE = f"{_L2}test_a_store_that_asks_to_slow_down_gets_every_photo_once"
_PREPARED = "tests/test_prepared.py::test_who_hangs_up_while_the_last_question"
_NO_SQLITE = "no SQLite in the product: PostgreSQL alone"
_STEPS = (
    *(f"a server {how}" for how in ("an hour ahead", "a day ahead", "an hour behind")),
    *(f"the {who} an hour {how}" for who in ("worker", "database") for how in ("ahead", "behind")),
)
F = Fault
FAULTS: dict[int, Fault] = {
    1: F("request lost", counted=(("L1", "F1_request_lost"), ("L2", "request_lost"))),
    2: F("answer lost after COMMIT", counted=(("L1", "F2_answer_lost"), ("L2", "answer_lost"))),
    3: F("delivered twice", counted=(("L1", "F3_doubled"), ("L2", "doubled"))),
    4: F("delivered late, after later edits", counted=(("L1", "F4_late"), ("L2", "late_delivery"))),
    5: F(
        "photo before report",
        (_L4,),
        why="either is sent first, as the seed draws; the same at one moment in L0",
    ),
    6: F(
        "cut at byte k",
        counted=(("L1", "F6_request_cut"), ("L2", "request_cut"), ("L2", "answer_cut")),
        why="k as drawn; the first and the last byte are not sought out",
    ),
    7: F("a bit flipped", counted=(("L1", "F7_request_flipped"), ("L2", "answer_flipped"))),
    8: F(
        "8 kB/s, 3 s there and back, 20 % resets",
        (f"{_L2}test_a_line_of_eight_kilobytes_a_second_delivers",),
        (("L1", "F8_slow"),),
    ),
    9: F("captive portal", counted=(("L1", "F9_portal"), ("L2", "portal"), ("L2", "redirect"))),
    10: F("no name, no TLS", counted=(("L1", "F10_no_name"),)),
    11: F(
        "500, 502, 503, 429", counted=(("L1", "F11_busy"), ("L2", "busy"), ("L2", "told_to_wait"))
    ),
    12: F("401 amid the queue", counted=(("L1", "F12_signed_out"), ("L2", "signed_out"))),
    13: F("413 from a proxy", counted=(("L1", "F13_too_large"),)),
    14: F(
        "signal comes and goes",
        (f"{_L3}test_weather.py::test_a_signal_that_comes_and_goes_delivers_everything_once",),
    ),
    15: F(
        "browser killed",
        (f"{_L3}test_killed.py::test_a_browser_killed_at_any_step_loses_and_doubles_nothing",),
        (("L1", "F15_kill"),),
    ),
    16: F(
        "renderer killed under the camera",
        (f"{_L3}test_killed.py::test_a_draft_outlives_a_browser_killed_under_its_camera",),
        why="a desktop Chromium has no system camera that takes its memory",
    ),
    17: F(
        "reload amid a write",
        counted=(("L1", "F15_kill"),),
        why="the phone's program ends between any two steps of its store; no reload of a page",
    ),
    18: F(
        "two tabs send at once",
        (f"{_L3}test_handover.py::test_two_tabs_that_send_at_once_send_each_thing_once",),
        (("L1", "F18_taken_over"),),
    ),
    19: F(
        "app upgraded with unsent items",
        (
            f"{_L3}test_handover.py::test_a_new_version_waits_for_the_person_and_takes_nothing_away",
            f"{_L3}test_storage.py::test_what_the_first_released_version_left_unsent_arrives",
        ),
        why="there is one released version of the phone's database yet",
    ),
    20: F(
        "quota exceeded",
        (
            f"{_L3}test_storage.py::test_a_full_phone_says_so_keeps_what_it_has_and_sending_makes_room",
        ),
        (("L1", "F20_quota"),),
    ),
    21: F("IndexedDB closed", counted=(("L1", "F21_connection_dropped"),)),
    22: F(
        "picture unreadable", counted=(("L1", "F22_picture_unseen"), ("L1", "F22_picture_rotten"))
    ),
    23: F(
        "another person signs in",
        (f"{_L3}test_handover.py::test_another_person_on_the_same_phone_neither_sees_nor_sends",),
        (("L1", "F23_other_person"),),
    ),
    24: F(
        "device clock wrong",
        (f"{_L3}test_weather.py::test_a_wrong_clock_neither_refuses_nor_holds_a_report",),
        (("L1", "F24_clock"),),
    ),
    25: F(
        "power loss of a phone",
        counted=(("L1", "F25_power_loss"),),
        why="in the phone's model of a disk; SIGKILL of a real browser leaves its page cache",
    ),
    26: F("server killed", counted=(("L4-kills", "kill -9 of a server"),)),
    27: F(
        "server killed at named points",
        counted=(("L4-points", "died before commit"), ("L4-points", "died within response")),
    ),
    28: F("SIGTERM during uploads", counted=(("L4-kills", "SIGTERM during uploads"),)),
    29: F(
        "server stands still for 30 s",
        counted=(("L4-kills-long", "server stopped for 30 s (SIGSTOP)"),),
    ),
    30: F(
        "client gone during COMMIT",
        (
            "tests/test_db.py::test_who_hangs_up_during_the_commit_does_not_cut_it_in_half",
            f"{_PREPARED}_is_committed_does_not_cut_it_in_half",
        ),
        (("L4-kills", "phones hang up within a request"),),
    ),
    31: F(
        "decoder of pictures killed",
        (
            "tests/test_darkroom.py::test_a_decoder_that_somebody_else_kills_is_not_the_photos_fault",
        ),
    ),
    32: F(
        "disk full",
        counted=(("L4-room", "no room for photos"), ("L4-room", "no room for the database")),
    ),
    33: F("all of PostgreSQL killed", counted=(("L4-kills", "kill -9 of all of PostgreSQL"),)),
    34: F("ended within COMMIT", counted=(("L4-kills", "pg_terminate_backend within COMMIT"),)),
    35: F(
        "failover to a standby, synchronous or behind",
        counted=(
            ("L5-failover", "the second has confirmed every commit, and takes over"),
            ("L5-failover", "the second lags behind, and takes over"),
        ),
        why="it is promoted by hand: who decides that the first is dead, and keeps it from coming"
        " back, stands outside the product (docs/operations.md)",
    ),
    36: F("pool exhausted", counted=(("L4-kills", "a table locked, the pool empty"),)),
    37: F(
        "lock wait by a migration",
        ("tests/test_migrations_under_load.py::test_no_migration_and_report_wait_for_each_other",),
    ),
    38: F(
        "power loss of the server",
        ("tests/faults/test_l4_power.py::test_nothing_acknowledged_is_lost_by_a_power_cut",),
        why=_NO_SQLITE,
    ),
    39: F("SQLite busy, WAL checkpoint killed", why=_NO_SQLITE),
    40: F(
        "photo store away",
        counted=(
            ("L4-room", "photo store away for an hour of the phones"),
            ("L4-kills", "photo store away"),
        ),
    ),
    41: F(
        "store keeps half of an object and says 200, or of one that comes late",
        (_STORE, "tests/test_late_puts.py::test_what_is_whole_stays_whatever_comes_late"),
        (("L2-store", "half of it kept"), ("L2-store", "came late and cut")),
        why="a store that knows no conditions (If-None-Match) may still put the late one in its"
        " place; the doctor says so",
    ),
    42: F(
        "store keeps it and the answer is lost",
        (_STORE,),
        (("L2-store", "SlowDown after it was kept"),),
    ),
    43: F("503 SlowDown from the store", (_STORE,), (("L2-store", "SlowDown"),)),
    44: F(
        "object deleted behind us",
        (
            "tests/services/test_backups.py::test_what_the_store_has_lost_or_damaged_is_named_and_the_rest_is_safe",
        ),
        why="no stale listing: nothing is decided by a list of objects",
    ),
    45: F("photos of yesterday", counted=(("L5-restore", "set back to the photos of yesterday"),)),
    46: F(
        "new server, old phones",
        (f"{_L3}test_storage.py::test_what_the_first_released_version_left_unsent_arrives",),
    ),
    47: F(
        "downgrade",
        ("tests/test_migrations.py::test_down_and_up_again_gives_the_same_schema",),
        why="the tables alone: no older release has run on them again, there is none yet",
    ),
    48: F("all of yesterday", counted=(("L5-restore", "set back to all of yesterday"),)),
    49: F(
        "two versions of the server at once",
        why="there is one release. Servers are replaced one by one under traffic, but by the same"
        " version (docs/operations.md)",
    ),
    50: F(
        "the server's clock steps",
        ("tests/services/test_history.py::test_no_step_bears_a_time_before_what_it_follows",),
        tuple(("L4-kills", f"clock of {which}, and back") for which in _STEPS),
        why="one of two servers, the worker, the database; never two of them at a time",
    ),
}
