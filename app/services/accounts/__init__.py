"""Sign-in, sessions, people and their posts. Other floors call these names through the module."""

from app.services.accounts.carrying import carry_post, drop_posts, give_back_post
from app.services.accounts.commands import (
    AddPerson,
    AddPost,
    ChangePassword,
    Code,
    EditPerson,
    EditPost,
    Enrol,
    Holding,
    InviteAll,
    PeopleFilters,
    PeopleQuery,
    Reveal,
    SignInAttempt,
)
from app.services.accounts.enrolments import end_invitations, enrol, invite, take_back
from app.services.accounts.entering import Newcomer, employ_each, enter
from app.services.accounts.guards import forget_old_guards
from app.services.accounts.holding import known_sources, part_time_sources
from app.services.accounts.identity import (
    SEEN_AT_LEAST_EVERY,
    acting,
    author,
    lifetime,
    who_is,
)
from app.services.accounts.invitations import (
    InvitationSheet,
    Waiting,
    call_off,
    invite_all,
    waiting,
)
from app.services.accounts.known_devices import KNOWN_FOR as DEVICE_KNOWN_FOR
from app.services.accounts.known_devices import remember as remember_device
from app.services.accounts.lookups import (
    Phones,
    PostDetails,
    gridworkers,
    id_of,
    last_seen,
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
    find_people,
    read_person,
    reset_password,
    reveal,
)
from app.services.accounts.posts import (
    KINDS_OF,
    MUST_HAVE_GRID,
    add_post,
    edit_post,
    give_each,
)
from app.services.accounts.reach import Reach, posts_seen, sorted_by_reach, visible
from app.services.accounts.second_factors import begin as begin_second_factor
from app.services.accounts.second_factors import confirm as confirm_second_factor
from app.services.accounts.second_factors import forget_of as forget_second_factor_of
from app.services.accounts.second_factors import prove as prove_second_factor
from app.services.accounts.second_factors import reset as reset_second_factor
from app.services.accounts.second_factors import start_afresh
from app.services.accounts.sessions import (
    change_password,
    devices,
    end_device,
    sign_in,
    sign_out,
    start_session,
)
from app.services.accounts.taking_away import take_away

__all__ = [
    "DEVICE_KNOWN_FOR",
    "KINDS_OF",
    "MUST_HAVE_GRID",
    "SEEN_AT_LEAST_EVERY",
    "AddPerson",
    "AddPost",
    "ChangePassword",
    "Code",
    "EditPerson",
    "EditPost",
    "Enrol",
    "FoundPeople",
    "Holding",
    "InvitationSheet",
    "InviteAll",
    "Newcomer",
    "PeopleFilters",
    "PeopleQuery",
    "Phones",
    "PostDetails",
    "Reach",
    "Reveal",
    "SignInAttempt",
    "Waiting",
    "acting",
    "add_person",
    "add_post",
    "author",
    "begin_second_factor",
    "call_off",
    "carry_post",
    "change_password",
    "confirm_second_factor",
    "create_administrator",
    "devices",
    "disable",
    "drop_posts",
    "edit_person",
    "edit_post",
    "employ_each",
    "enable",
    "end_device",
    "end_invitations",
    "enrol",
    "enter",
    "find_people",
    "first_password",
    "forget_old_guards",
    "forget_second_factor_of",
    "give_back_post",
    "give_each",
    "gridworkers",
    "id_of",
    "invite",
    "invite_all",
    "known_sources",
    "last_seen",
    "lifetime",
    "names_of",
    "part_time_sources",
    "phones_of",
    "posts_of",
    "posts_seen",
    "prove_second_factor",
    "read_person",
    "remember_device",
    "reset_password",
    "reset_second_factor",
    "reveal",
    "sign_in",
    "sign_out",
    "sorted_by_reach",
    "start_afresh",
    "start_session",
    "take_away",
    "take_back",
    "visible",
    "waiting",
    "who_is",
]
