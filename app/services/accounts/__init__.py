"""Sign-in, sessions, people and their posts. Other floors call these names through the module."""

from app.services.accounts.commands import (
    AddPerson,
    AddPost,
    ChangePassword,
    Code,
    EditPerson,
    EditPost,
    Enrol,
    PeopleFilters,
    PeopleQuery,
    Reveal,
    SignInAttempt,
)
from app.services.accounts.enrolments import enrol, invite, take_back
from app.services.accounts.guards import forget_old_guards
from app.services.accounts.identity import acting, author, lifetime, who_is
from app.services.accounts.lookups import (
    Phones,
    PostDetails,
    gridworkers,
    id_of,
    names_of,
    phones_of,
    posts_of,
)
from app.services.accounts.passwords import first_password
from app.services.accounts.people import (
    FoundPeople,
    add_person,
    create_administrator,
    disable,
    edit_person,
    enable,
    enter_trainee,
    find_people,
    read_person,
    reset_password,
    reveal,
)
from app.services.accounts.posts import KINDS_OF, add_post, carry_post, edit_post
from app.services.accounts.second_factors import begin as begin_second_factor
from app.services.accounts.second_factors import confirm as confirm_second_factor
from app.services.accounts.second_factors import forget_of as forget_second_factor_of
from app.services.accounts.second_factors import prove as prove_second_factor
from app.services.accounts.second_factors import reset as reset_second_factor
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
    "Code",
    "EditPerson",
    "EditPost",
    "Enrol",
    "FoundPeople",
    "PeopleFilters",
    "PeopleQuery",
    "Phones",
    "PostDetails",
    "Reveal",
    "SignInAttempt",
    "acting",
    "add_person",
    "add_post",
    "author",
    "begin_second_factor",
    "carry_post",
    "change_password",
    "confirm_second_factor",
    "create_administrator",
    "devices",
    "disable",
    "edit_person",
    "edit_post",
    "enable",
    "end_device",
    "enrol",
    "enter_trainee",
    "find_people",
    "first_password",
    "forget_old_guards",
    "forget_second_factor_of",
    "gridworkers",
    "id_of",
    "invite",
    "lifetime",
    "names_of",
    "phones_of",
    "posts_of",
    "prove_second_factor",
    "read_person",
    "reset_password",
    "reset_second_factor",
    "reveal",
    "sign_in",
    "sign_out",
    "start_session",
    "take_back",
    "who_is",
]
