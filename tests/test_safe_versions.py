"""Installed libraries are not older than the versions in which known vulnerabilities were mended.

Tools that ask an advisory service print success where they cannot reach it, so the floors are kept
here by hand and looked over every release.
"""

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.version import Version

TABLE = json.loads((Path(__file__).parent / "safe_versions.json").read_text())


@pytest.mark.parametrize("name", TABLE["minimum"])
def test_a_library_is_not_older_than_its_safe_version(name: str) -> None:
    try:
        installed = version(name)
    except PackageNotFoundError:
        return
    assert Version(installed) >= Version(TABLE["minimum"][name])
