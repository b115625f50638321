"""Who empties the pending rows after a commit: a thread of this process, the request, or nobody here.

Must not know what draining is.
"""

from cms.background import Wait, Work, Worker
from search import conf

_drainer = Worker("search-drain")


def kick(drain: Work, wait: Wait) -> None:
    """Have pending rows handled soon, as `SEARCH_DRAIN` says."""
    mode = conf.drain_mode()
    if mode == "inline":
        drain()
    elif mode == "thread":
        _drainer.kick(drain, wait)
