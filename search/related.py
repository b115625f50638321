"""Cases that the engine finds alike, by words and by meaning, offered to the pages of cases; they check who may read them.

A case is read more often than it changes: what the engine said is remembered for a while. So is its
silence, so that an engine that is down does not slow every case down.
"""

import logging

from django.core.cache import cache

from search.backends import get_backend
from search.backends.base import SearchUnavailable
from search.semantics import fused, nearest_to_case

logger = logging.getLogger(__name__)

REMEMBERED = 300
SILENCE = 30
SILENT_KEY = "search:related:silent"


def related_ids(page_id: int, limit: int) -> tuple[int, ...] | None:
    """At most `limit` cases like one, the best first; None when the engine cannot say."""
    key = f"search:related:{page_id}:{limit}"
    known = cache.get_many([key, SILENT_KEY])
    if key in known:
        found: tuple[int, ...] = known[key]
        return found
    if SILENT_KEY in known:
        return None
    try:
        by_words = get_backend().related(page_id, limit)
        found = tuple(fused(by_words, nearest_to_case(page_id, limit), limit))
    except SearchUnavailable as error:
        logger.warning("related cases come from the database alone: %s", error)
        cache.set(SILENT_KEY, True, SILENCE)
        return None
    cache.set(key, found, REMEMBERED)
    return found
