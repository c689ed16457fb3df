"""Sign-in, sessions, people and their posts. Other floors call these names through the module."""

from app.services.accounts.commands import (
    AddPerson,
    AddPost,
    ChangePassword,
    EditPerson,
    EditPost,
    Reveal,
    SignInAttempt,
)
from app.services.accounts.guards import forget_old_guards
from app.services.accounts.identity import author, lifetime, who_is
from app.services.accounts.lookups import Phones, PostDetails, gridworkers, phones_of, posts_of
from app.services.accounts.passwords import first_password
from app.services.accounts.people import (
    FoundPeople,
    add_person,
    create_administrator,
    disable,
    edit_person,
    enable,
    find_people,
    read_person,
    reset_password,
    reveal,
)
from app.services.accounts.posts import KINDS_OF, add_post, edit_post
from app.services.accounts.sessions import (
    change_password,
    devices,
    end_device,
    sign_in,
    sign_out,
    start_session,
)

__all__ = [
    "KINDS_OF",
    "AddPerson",
    "AddPost",
    "ChangePassword",
    "EditPerson",
    "EditPost",
    "FoundPeople",
    "Phones",
    "PostDetails",
    "Reveal",
    "SignInAttempt",
    "add_person",
    "add_post",
    "author",
    "change_password",
    "create_administrator",
    "devices",
    "disable",
    "edit_person",
    "edit_post",
    "enable",
    "end_device",
    "find_people",
    "first_password",
    "forget_old_guards",
    "gridworkers",
    "lifetime",
    "phones_of",
    "posts_of",
    "read_person",
    "reset_password",
    "reveal",
    "sign_in",
    "sign_out",
    "start_session",
    "who_is",
]
