"""Run again on PostgreSQL and Elasticsearch together what must work alike: journeys, pages, leaks, indexing."""

import os
import subprocess
import sys
import tempfile

from tests.services import elasticsearch
from tests.services.postgresql import postgresql

SUITES = [
    "tests/journeys",
    "tests/test_pages.py",
    "tests/test_leaks.py",
    "tests/cms/test_versions.py",
    "tests/search/test_indexing.py",
    "tests/search/test_semantics.py",
    "tests/casestudies/test_short_form.py",
]


def main() -> int:
    url = elasticsearch.acquire()
    try:
        with postgresql() as database:
            environment = {
                **os.environ,
                "DATABASE_URL": database,
                "SEARCH_URL": f"elasticsearch://{url.partition('//')[2]}/second-run",
                "DATACITES_TEST_VAR": tempfile.mkdtemp(prefix="datacites-second-"),
            }
            command = [sys.executable, "-m", "pytest", "-q", *SUITES, *sys.argv[1:]]
            return subprocess.run(command, env=environment, check=False).returncode
    finally:
        elasticsearch.release()


if __name__ == "__main__":
    sys.exit(main())
