"""How somebody comes in, by whichever door: the cookie goes along, and who one is is told."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import Depends, Request, Response

from app.api import shapes
from app.api.deps import COOKIE, DEVICE_COOKIE, SessionDep, SettingsDep
from app.api.shapes.accounts import MeView
from app.services import accounts
from app.services.access import Actor


class Entrance:
    """The end of every way in."""

    def __init__(
        self, request: Request, response: Response, session: SessionDep, settings: SettingsDep
    ) -> None:
        self.request, self.response = request, response
        self.session, self.settings = session, settings

    @property
    def device_cookie(self) -> str:
        return self.request.cookies.get(DEVICE_COOKIE, "")

    async def let_in(self, token: str, actor: Actor) -> MeView:
        """The cookie is kept as long as the session can last, and read by no script.

        Beside it one by which this device is known for the account, also after signing out.
        """
        lasting = accounts.lifetime(self.settings, actor.roles).longest
        self._set_cookie(COOKIE, token, lasting, "lax")
        known = await accounts.remember_device(
            self.session, self.settings, self.device_cookie, actor
        )
        if known:
            self._set_cookie(DEVICE_COOKIE, known, accounts.DEVICE_KNOWN_FOR, "strict")
        return await shapes.me(self.session, self.settings, actor)

    def _set_cookie(
        self, name: str, value: str, lasting: timedelta, same_site: Literal["lax", "strict"]
    ) -> None:
        age = int(lasting.total_seconds())
        self.response.set_cookie(
            name, value, max_age=age, path="/", secure=True, httponly=True, samesite=same_site
        )


EntranceDep = Annotated[Entrance, Depends(scope="function")]
