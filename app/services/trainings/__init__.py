"""Trainings: held by whom, who took part and what each has shown (S1-17, S1-60, S4-37)."""

from app.services.trainings.commands import (
    AddTrainees,
    AddTraining,
    CandidateQuery,
    EditTraining,
    JudgeTrainees,
    RegisterTrainee,
    StandingQuery,
)
from app.services.trainings.editing import add, edit
from app.services.trainings.reading import (
    Candidates,
    FoundTrainee,
    FoundTraining,
    FoundTrainings,
    PersonalRecord,
    Somebody,
    candidates,
    everything,
    of_person,
    one,
    trainees,
)
from app.services.trainings.sheet import sheet
from app.services.trainings.sheet_reading import ReadTrainees, read_sheet
from app.services.trainings.standing import Standing, standing
from app.services.trainings.taking_part import add_trainees, judge, register, take_off

__all__ = [
    "AddTrainees",
    "AddTraining",
    "CandidateQuery",
    "Candidates",
    "EditTraining",
    "FoundTrainee",
    "FoundTraining",
    "FoundTrainings",
    "JudgeTrainees",
    "PersonalRecord",
    "ReadTrainees",
    "RegisterTrainee",
    "Somebody",
    "Standing",
    "StandingQuery",
    "add",
    "add_trainees",
    "candidates",
    "edit",
    "everything",
    "judge",
    "of_person",
    "one",
    "read_sheet",
    "register",
    "sheet",
    "standing",
    "take_off",
    "trainees",
]
