"""What every field is called in Chinese, for refusals; a test holds that none is missing."""

from collections.abc import Mapping

from app.api.words.field_names.addresses import ADDRESSES
from app.api.words.field_names.cases import CASES
from app.api.words.field_names.ground import GROUND
from app.api.words.field_names.people import PEOPLE
from app.api.words.field_names.work import WORK

FIELDS_ZH: Mapping[str, str] = {**PEOPLE, **CASES, **GROUND, **WORK, **ADDRESSES}
