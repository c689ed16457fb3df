"""What people send about the roster."""

from app.services.accounts import PeopleFilters, Reveal


class TakeRoster(PeopleFilters, Reveal):
    """Whose, and why the numbers are wanted whole; the reason is put on record."""
