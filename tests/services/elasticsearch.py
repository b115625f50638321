"""A real Elasticsearch for the tests: found, or downloaded and started, and never skipped.

In order: the server that `ELASTICSEARCH_URL` names; the server Elastic publishes for integration
tests, through Maven and Java 21 or newer; the official image, through Docker. Nothing of the
product may import this module.
"""

import contextlib
import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

VERSION = "9.5.0"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
MINIMUM_JAVA = 21
HEAP = "-Xms512m -Xmx512m"
START_TIMEOUT = 120
PLUGIN_SOURCES = Path(__file__).parent / "elasticsearch-plugin"
REPOSITORY = Path(__file__).resolve().parents[2]

NO_SERVER = f"""No Elasticsearch for the tests. Give one of these three:
  1. ELASTICSEARCH_URL=http://host:port, a running server whose indices named test-* may be deleted;
  2. Maven (mvn) and a JDK of version {MINIMUM_JAVA} or newer, found through ES_JAVA_HOME, JAVA_HOME or
     /usr/lib/jvm: the server is then downloaded once and started on a free port;
  3. Docker, able to run the image elasticsearch:{VERSION}."""


class NoServer(RuntimeError):
    """None of the three ways to an Elasticsearch is open on this machine."""


def cache_folder() -> Path:
    """Where the server is unpacked: a folder that the user who runs it can reach."""
    folder = REPOSITORY / "var" / "elasticsearch"
    if os.geteuid() == 0 and not all(
        parent.stat().st_mode & 0o001 for parent in REPOSITORY.parents
    ):
        folder = Path(tempfile.gettempdir()) / "datacites-elasticsearch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


# --- One server for every test process of this machine


@contextlib.contextmanager
def locked() -> Iterator[Path]:
    """Only one process at a time decides whether the shared server starts or stops."""
    folder = cache_folder()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def alive(pid: int) -> bool:
    """Whether a process with this number exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def read_state(folder: Path) -> dict[str, object]:
    """What is known of the shared server: empty when none answers."""
    try:
        state: dict[str, object] = json.loads((folder / "state.json").read_text())
    except (OSError, ValueError):
        return {}
    return state if answers(str(state["url"])) else {}


def acquire(keep: bool = False) -> str:
    """Start the shared server, or join it; `keep` leaves it running until `stop`."""
    given = os.environ.get("ELASTICSEARCH_URL")
    if given:
        if not answers(given):
            raise NoServer(f"ELASTICSEARCH_URL is {given}, and nothing healthy answers there.")
        return given.rstrip("/")
    with locked() as folder:
        state = read_state(folder) or start_server(folder)
        users = [pid for pid in list(state.get("users", [])) if alive(pid)]  # type: ignore[call-overload]
        state["users"] = [*users, os.getpid()]
        state["keep"] = bool(state.get("keep")) or keep
        (folder / "state.json").write_text(json.dumps(state))
        return str(state["url"])


def release() -> None:
    """Leave the shared server; the last one to leave stops it."""
    if os.environ.get("ELASTICSEARCH_URL"):
        return
    with locked() as folder:
        state = read_state(folder)
        users = [pid for pid in list(state.get("users", [])) if pid != os.getpid() and alive(pid)]  # type: ignore[call-overload]
        if not state:
            return
        if users or state.get("keep"):
            (folder / "state.json").write_text(json.dumps({**state, "users": users}))
            return
        stop_server(folder, state)


def stop() -> None:
    """Stop the shared server whoever uses it."""
    with locked() as folder:
        state = read_state(folder)
        if state:
            stop_server(folder, state)


# --- The two ways to start one


def start_server(folder: Path) -> dict[str, object]:
    """Start a server in the first way this machine allows."""
    java = find_java()
    if java and shutil.which("mvn"):
        return start_with_java(folder, java)
    if shutil.which("docker"):
        return start_with_docker()
    raise NoServer(NO_SERVER)


def start_with_java(folder: Path, java: Path) -> dict[str, object]:
    """Run the downloaded distribution on free ports, as another user when we are root."""
    home = distribution(folder, java)
    port = free_port()
    work = Path(tempfile.mkdtemp(prefix="datacites-elasticsearch-"))
    config = work / "config"
    shutil.copytree(home / "config", config)
    # Elasticsearch refuses a temporary folder that contains its configuration.
    (work / "tmp").mkdir()
    settings = {
        "cluster.name": "datacites-tests",
        "discovery.type": "single-node",
        "http.port": port,
        "transport.port": free_port(),
        "network.host": "127.0.0.1",
        "path.data": str(work / "data"),
        "path.logs": str(work / "logs"),
        "xpack.security.enabled": False,
        "action.auto_create_index": "false",
        "cluster.routing.allocation.disk.threshold_enabled": False,
    }
    (config / "elasticsearch.yml").write_text(
        "".join(f"{name}: {json.dumps(value)}\n" for name, value in settings.items())
    )
    identity = other_user()
    if identity is not None:
        for path in [work, *work.rglob("*")]:
            os.chown(path, identity, -1)
    with (work / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [str(home / "bin" / "elasticsearch")],
            env={
                "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
                "ES_JAVA_HOME": str(java),
                "ES_JAVA_OPTS": HEAP,
                "ES_PATH_CONF": str(config),
                "ES_TMPDIR": str(work / "tmp"),
                "HOME": str(work),
            },
            cwd=work,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=identity,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    await_health(url, process, work / "output.txt")
    return {"url": url, "pid": process.pid, "work": str(work)}


def start_with_docker() -> dict[str, object]:
    """Run the official image, published on a free port of this machine only."""
    port = free_port()
    command = ["docker", "run", "--detach", "--rm", "--publish", f"127.0.0.1:{port}:9200"]
    for setting in (
        "discovery.type=single-node",
        "xpack.security.enabled=false",
        "action.auto_create_index=false",
        "cluster.routing.allocation.disk.threshold_enabled=false",
        f"ES_JAVA_OPTS={HEAP}",
    ):
        command += ["--env", setting]
    run = subprocess.run(
        [*command, f"elasticsearch:{VERSION}"], capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise NoServer(f"{NO_SERVER}\n\nDocker said: {run.stderr.strip()}")
    url = f"http://127.0.0.1:{port}"
    await_health(url)
    return {"url": url, "container": run.stdout.strip()}


def stop_server(folder: Path, state: dict[str, object]) -> None:
    """Stop what `start_server` started and remove what it wrote."""
    if "container" in state:
        subprocess.run(
            ["docker", "stop", str(state["container"])], capture_output=True, check=False
        )
    else:
        pid = int(str(state["pid"]))
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and answers(str(state["url"])):
            time.sleep(0.2)
        shutil.rmtree(str(state["work"]), ignore_errors=True)
    (folder / "state.json").unlink(missing_ok=True)


# --- Parts


def find_java() -> Path | None:
    """The first Java development kit that is recent enough."""
    named = [
        Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)
    ]
    installed = sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    installed += sorted(Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"))
    for home in [*named, *installed]:
        try:
            version = re.search(r'JAVA_VERSION="(\d+)', (home / "release").read_text())
        except OSError:
            continue
        if version and int(version[1]) >= MINIMUM_JAVA and (home / "bin" / "javac").exists():
            return home
    return None


def distribution(folder: Path, java: Path) -> Path:
    """The unpacked server with our plugin in it; downloaded and compiled once."""
    home = folder / f"elasticsearch-{VERSION}"
    if not (home / "bin" / "elasticsearch").exists():
        subprocess.run(
            [
                *("mvn", "--quiet", "--batch-mode", "dependency:copy"),
                f"-Dartifact={ARTIFACT}",
                f"-DoutputDirectory={folder / 'download'}",
            ],
            check=True,
            cwd=folder,
        )
        unpack(folder / "download" / f"elasticsearch-{VERSION}.zip", folder)
        shutil.rmtree(folder / "download")
    install_plugin(home, java)
    return home


def unpack(archive: Path, folder: Path) -> None:
    """Extract with the executable bits, and all at once: a killed run leaves nothing half done."""
    with tempfile.TemporaryDirectory(dir=folder) as beside, zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            path = Path(packed.extract(member, beside))
            path.chmod(0o755 if path.is_dir() or (member.external_attr >> 16) & 0o100 else 0o644)
        (Path(beside) / archive.stem).rename(folder / archive.stem)


def install_plugin(home: Path, java: Path) -> None:
    """Compile the analysis plugin when its sources are newer than what is installed."""
    plugin = home / "plugins" / "datacites-french-analysis"
    sources = sorted(PLUGIN_SOURCES.iterdir())
    jar = plugin / "plugin.jar"
    if jar.exists() and jar.stat().st_mtime >= max(source.stat().st_mtime for source in sources):
        return
    plugin.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as classes:
        subprocess.run(
            [
                str(java / "bin" / "javac"),
                *("--release", str(MINIMUM_JAVA), "-cp", f"{home}/lib/*", "-d", classes),
                *(str(source) for source in sources if source.suffix == ".java"),
            ],
            check=True,
        )
        with zipfile.ZipFile(jar, "w") as packed:
            for compiled in sorted(Path(classes).rglob("*.class")):
                packed.write(compiled, compiled.relative_to(classes))
    descriptor = (PLUGIN_SOURCES / "plugin-descriptor.properties").read_text()
    (plugin / "plugin-descriptor.properties").write_text(descriptor.replace("@VERSION@", VERSION))


def other_user() -> int | None:
    """Elasticsearch refuses to run as root: the number of a user without rights, if we are root."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Whether a healthy cluster answers at `url`."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/_cluster/health", timeout=2) as response:
            return json.load(response)["status"] in {"green", "yellow"}
    except (OSError, ValueError, KeyError):
        return False


def await_health(
    url: str, process: subprocess.Popen[bytes] | None = None, output: Path | None = None
) -> None:
    """Wait until the server answers; say what it printed when it does not."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if answers(url):
            return
        if process is not None and process.poll() is not None:
            break
        time.sleep(0.3)
    if process is not None and process.poll() is None:
        process.terminate()
    said = output.read_text(errors="replace")[-4000:] if output else ""
    raise NoServer(f"Elasticsearch did not start at {url} within {START_TIMEOUT} s.\n{said}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["start"]:
            print(acquire(keep=True))
        case ["stop"]:
            stop()
        case _:
            sys.exit("usage: python tests/services/elasticsearch.py start|stop")
