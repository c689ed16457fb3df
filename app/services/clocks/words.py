"""Moments as lines of text show them, on the county's wall clock."""

from datetime import datetime

from app import clock


def full(moment: datetime) -> str:
    """2026-11-22 10:04."""
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


def short(moment: datetime) -> str:
    """11-23 10:30."""
    return clock.local(moment).strftime("%m-%d %H:%M")


def short_day(moment: datetime) -> str:
    """12-04."""
    return clock.local(moment).strftime("%m-%d")
