"""Patrols: what must be looked at until when, what was not, and why (F1-F6, S2-46, S3-5)."""

from app.services.patrols.board import BoardLine, board
from app.services.patrols.commands import BoardQuery, DelayTask, TaskFilters, TaskQuery
from app.services.patrols.delaying import delay
from app.services.patrols.filling import count_named, fill, stretch
from app.services.patrols.finding import TaskPage, find, is_late
from app.services.patrols.fulfilling import done, fulfil, task_of
from app.services.patrols.looking import note as note_looks
from app.services.patrols.mine import FoundTask, MyTasks, mine
from app.services.patrols.nights import rehome, turn
from app.services.patrols.periods import Window, plan_days
from app.services.patrols.planning import plan
from app.services.patrols.reach import grids_within, is_task_of, was_there, within
from app.services.patrols.standing import release
from app.services.patrols.subjects import DRAWN

__all__ = [
    "DRAWN",
    "BoardLine",
    "BoardQuery",
    "DelayTask",
    "FoundTask",
    "MyTasks",
    "TaskFilters",
    "TaskPage",
    "TaskQuery",
    "Window",
    "board",
    "count_named",
    "delay",
    "done",
    "fill",
    "find",
    "fulfil",
    "grids_within",
    "is_late",
    "is_task_of",
    "mine",
    "note_looks",
    "plan",
    "plan_days",
    "rehome",
    "release",
    "stretch",
    "task_of",
    "turn",
    "was_there",
    "within",
]
