"""When Python looks for garbage."""

import gc

import pytest

from app.collector import uncollected


def test_it_is_looked_for_again_once_a_program_is_loaded() -> None:
    """Also where loading failed: a server in which nobody looks grows until it is killed."""
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ImportError), uncollected():
        raise ImportError
    assert gc.isenabled()
