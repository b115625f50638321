"""System checks: a mistake in the settings of search stops the deployment and says what to write."""

import os
from pathlib import Path
from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from search import conf


def register() -> None:
    """Register every check of this module."""
    checks.register(check_address)
    checks.register(check_drain_mode)


def check_address(**kwargs: Any) -> list[checks.CheckMessage]:
    """`SEARCH_URL` names an engine; its folder, if it has one, can be written."""
    try:
        address = conf.address()
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="search.E001")]
    if isinstance(address, conf.TantivyAddress) and not is_writable(address.folder):
        return [
            checks.Error(
                f"the search index cannot be written in {address.folder}",
                hint="Give this process the right to write there, or name another folder in SEARCH_URL.",
                id="search.E002",
            )
        ]
    return []


def check_drain_mode(**kwargs: Any) -> list[checks.CheckMessage]:
    """`SEARCH_DRAIN` is one of the ways that exist."""
    if conf.drain_mode() in conf.DRAIN_MODES:
        return []
    ways = ", ".join(conf.DRAIN_MODES)
    return [checks.Error(f"SEARCH_DRAIN must be one of {ways}", id="search.E003")]


def is_writable(folder: Path) -> bool:
    """Whether `folder`, or the nearest of its parents that exists, is a folder we may write."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
