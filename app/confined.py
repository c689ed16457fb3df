"""A process that reads hostile bytes takes what it has loaded along, and can get no more."""

import resource


def confine(memory: int) -> None:
    """For good: at most so many bytes, no new file or socket, nothing written, no core."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_NOFILE: 0,  # what is open stays
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, most))
