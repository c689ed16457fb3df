"""Patrols: what must be looked at until when, what was not, and why (F1-F6, S2-46, S3-5)."""

from app.services.patrols.board import BoardLine, board
from app.services.patrols.commands import BoardQuery, DelayTask, TaskFilters, TaskQuery
from app.services.patrols.counting import (
    count_by_grid,
    count_by_list,
    count_unheld,
    finds_any,
    is_planned,
)
from app.services.patrols.covering import covered
from app.services.patrols.delaying import delay
from app.services.patrols.filling import count_named, fill, stretch
from app.services.patrols.finding import TaskPage, find, is_late
from app.services.patrols.fulfilling import done, fulfil, task_of
from app.services.patrols.looking import note as note_looks
from app.services.patrols.mine import FoundTask, MyTasks, mine
from app.services.patrols.nights import rehome, turn
from app.services.patrols.planning import plan
from app.services.patrols.reach import grids_within, is_task_of, was_there, within
from app.services.patrols.standing import release
from app.services.patrols.subjects import DRAWN, LOOKS, SEATS

__all__ = [
    "DRAWN",
    "LOOKS",
    "SEATS",
    "BoardLine",
    "BoardQuery",
    "DelayTask",
    "FoundTask",
    "MyTasks",
    "TaskFilters",
    "TaskPage",
    "TaskQuery",
    "board",
    "count_by_grid",
    "count_by_list",
    "count_named",
    "count_unheld",
    "covered",
    "delay",
    "done",
    "fill",
    "find",
    "finds_any",
    "fulfil",
    "grids_within",
    "is_late",
    "is_planned",
    "is_task_of",
    "mine",
    "note_looks",
    "plan",
    "rehome",
    "release",
    "stretch",
    "task_of",
    "turn",
    "was_there",
    "within",
]
