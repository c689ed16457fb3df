"""When Python looks for garbage in a process that lives long."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects until the collector looks for circles: a few requests, not a tenth of one.
YOUNG = 20_000


def spare_the_collector() -> None:
    """What a process has when it begins to serve or to work, it has to its end.

    Otherwise the collector goes through all of it after every large answer: a sixth of a second in
    which nobody is answered. Of a large sheet on its way into the ledger it took a sixth.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)


@contextmanager
def uncollected() -> Iterator[None]:
    """While a program is loaded: nothing of it is garbage, and to look for some costs a sixth."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
