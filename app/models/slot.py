"""Places for people on a grid beside the posts: 挂点领导, 责任人, 网格管理员 (S0-18, S1-64)."""

from enum import StrEnum


class SlotRole(StrEnum):
    """What it is called stands in the scheme. The last two are filled by posts."""

    LINKED_LEADER = "linked_leader"
    SAFETY_RESPONSIBLE = "safety_responsible"
    DIRECT_RESPONSIBLE = "direct_responsible"
    GRID_ADMIN = "grid_admin"
    LIAISON = "liaison"
    GUARANTOR_CADRE = "guarantor_cadre"
    GRID_CHIEF = "grid_chief"
    GRIDWORKER = "gridworker"
