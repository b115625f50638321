"""A real PostgreSQL for tests: a throw-away cluster on a free port, stopped and removed at the end.

POSTGRESQL_URL names a running server instead, when it is set.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class PostgresqlMissing(RuntimeError):
    """No server binaries were found; the message says what to install."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def binaries() -> Path:
    """The newest installed server's folder of programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    if program := shutil.which("initdb"):
        return Path(program).parent
    raise PostgresqlMissing(
        "PostgreSQL is missing: apt-get install postgresql, or set POSTGRESQL_URL"
    )


def unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root: the words that start a command as somebody else."""
    if os.getuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return [
                "setpriv",
                f"--reuid={name}",
                f"--regid={pwd.getpwnam(name).pw_gid}",
                "--clear-groups",
            ]
    raise PostgresqlMissing("no unprivileged user to run PostgreSQL as")


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database, as DATABASE_URL wants it."""
    if url := os.environ.get("POSTGRESQL_URL"):
        yield url
        return
    programs, port = binaries(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="datacites-pg-"))
    folder.chmod(0o777)
    run_as = unprivileged()
    data = folder / "data"
    quiet: dict[str, Any] = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "cwd": "/tmp",
    }
    try:
        subprocess.run(
            [
                *run_as,
                programs / "initdb",
                "-D",
                data,
                "-U",
                "datacites",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            check=True,
            **quiet,
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off -c full_page_writes=off"
        subprocess.run(
            [
                *run_as,
                programs / "pg_ctl",
                "-D",
                data,
                "-l",
                folder / "log",
                "-w",
                "-o",
                options,
                "start",
            ],
            check=True,
            **quiet,
        )
        subprocess.run(
            [
                *run_as,
                programs / "createdb",
                "-h",
                "127.0.0.1",
                "-p",
                str(port),
                "-U",
                "datacites",
                "datacites",
            ],
            check=True,
            **quiet,
        )
        yield f"postgres://datacites@127.0.0.1:{port}/datacites"
    finally:
        subprocess.run(
            [*run_as, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            cwd="/tmp",
        )
        shutil.rmtree(folder, ignore_errors=True)
