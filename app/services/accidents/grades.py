"""How grave, by what is known so far (article 3), and up to which level it is reported (10)."""

from enum import StrEnum

from app.models.accident import Accident


class Grade(StrEnum):
    GENERAL = "general"  # 一般: to the city
    SERIOUS = "serious"  # 较大: to the province
    MAJOR = "major"  # 重大: to the State Council
    EXTREME = "extreme"  # 特别重大


# The gravest first: from so many dead, so many gravely hurt, so much loss (10,000 yuan) on.
GRADES: tuple[tuple[Grade, int, int, float], ...] = (
    (Grade.EXTREME, 30, 100, 10_000),
    (Grade.MAJOR, 10, 50, 5_000),
    (Grade.SERIOUS, 3, 10, 1_000),
)


def grade(accident: Accident) -> Grade:
    """By the worst that is told: who is missing counts as dead until found. Never the last word."""
    dead = (accident.dead or 0) + (accident.missing or 0)
    injured, loss = accident.injured or 0, accident.loss_wan or 0
    found = (
        name
        for name, from_dead, from_injured, from_loss in GRADES
        if dead >= from_dead or injured >= from_injured or loss >= from_loss
    )
    return next(found, Grade.GENERAL)
