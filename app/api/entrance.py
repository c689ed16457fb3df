"""How somebody comes in, by whichever door: the cookie goes along, and who one is is told."""

from typing import Annotated

from fastapi import Depends, Response

from app.api import shapes
from app.api.deps import COOKIE, SessionDep, SettingsDep
from app.api.shapes.accounts import MeView
from app.services import accounts
from app.services.access import Actor


class Entrance:
    """The end of every way in."""

    def __init__(self, response: Response, session: SessionDep, settings: SettingsDep) -> None:
        self.response, self.session, self.settings = response, session, settings

    async def let_in(self, token: str, actor: Actor) -> MeView:
        """The cookie is kept as long as the session can last, and read by no script."""
        age = int(accounts.lifetime(self.settings, actor.roles).longest.total_seconds())
        self.response.set_cookie(
            COOKIE, token, max_age=age, path="/", secure=True, httponly=True, samesite="lax"
        )
        return await shapes.me(self.session, self.settings, actor)


EntranceDep = Annotated[Entrance, Depends(scope="function")]
