"""What the county calls its posts and places: the scheme's slots, and the words of the roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import ADMINISTRATORS, ROLE_WORDS, Role
from app.services import schemes
from app.services.schemes import Scheme
from app.services.schemes.shape import Slot
from app.services.sheets import CellError, tidy

# Whoever runs the system is appointed one by one, never by the sheet.
GIVEN = tuple(role for role in Role if role not in ADMINISTRATORS)


@dataclass(frozen=True)
class Jobs:
    """`slots` by name: the same name may stand on several levels."""

    scheme: Scheme | None
    slots: Mapping[str, Sequence[Slot]]
    roles: Mapping[str, Role]
    words: Mapping[Role, str]

    @property
    def options(self) -> list[str]:
        return list(dict.fromkeys([*self.slots, *self.role_options]))

    @property
    def role_options(self) -> list[str]:
        return [self.words[role] for role in GIVEN]

    def word(self, role: Role) -> str:
        return self.words[role]

    def role(self, text: str) -> str:
        """A reader of cells."""
        if text not in self.roles:
            raise CellError(f"只能填：{'、'.join(self.role_options)}")
        return self.roles[text].value


async def jobs_of(session: AsyncSession) -> Jobs:
    scheme = await schemes.in_force(session)
    labels = scheme.labels if scheme else {}
    words = {role: tidy(labels.get(role, ROLE_WORDS[role][0])) for role in GIVEN}
    by_own = {tidy(ROLE_WORDS[role][0]): role for role in GIVEN}
    slots: dict[str, list[Slot]] = {}
    for slot in scheme.slot if scheme else ():
        slots.setdefault(tidy(slot.name), []).append(slot)
    roles = by_own | {word: role for role, word in words.items()}
    return Jobs(scheme, slots, roles, words)
