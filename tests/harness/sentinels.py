"""A master, two replicas and three sentinels, each a real server on a loopback port."""

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import redis

from gateway.cli import redis_server
from tests.harness.child import launch
from tests.harness.stack import free_ports
from tests.harness.waiting import until

DOWN_MS = 1500
PASSWORD = "between-servers-only"


class Sentinels:
    """`url` is the value for REDIS_URL. `kill_master` sends SIGKILL."""

    def __init__(self, folder: Path, more: Sequence[str] = ()):
        self._folder, self._more = folder, more
        ports = free_ports(6)
        self.servers, self.guards = ports[:3], ports[3:]
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.guards)
        self.url = f"redis+sentinel://:{PASSWORD}@{hosts}/mymaster/0"

    def start(self) -> None:
        for port in self.servers:
            self._serve(port)
        self._answering(*self.servers)
        for port in self.guards:
            self._guard(port)
        until(lambda: all(self._sees_all(port) for port in self.guards), what="every sentinel sees all others")

    def master(self) -> int:
        """Return the port of the master that the sentinels name."""
        for port in self.guards:
            try:
                return int(self.asked(port).execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")[1])
            except redis.RedisError:
                continue
        raise AssertionError("no sentinel answers")

    def asked(self, port: int) -> "redis.Redis":
        login = PASSWORD if port in self.servers else None
        return redis.Redis(port=port, password=login, socket_timeout=1, decode_responses=True)

    def kill(self, port: int) -> None:
        self.running[port].kill()
        self.running[port].wait()

    def kill_master(self) -> int:
        """Kill the master. Return the port of the next master, once it takes writes."""
        old = self.master()
        self.kill(old)
        until(lambda: self.master() != old, what="another master")
        new = self.master()
        until(lambda: self._writes(new), what="a master that writes")
        return new

    def stop(self) -> None:
        for process in reversed(self.running.values()):
            process.kill()
            process.wait()

    def _serve(self, port: int) -> None:
        folder = self._folder / str(port)
        folder.mkdir()
        follows = [] if port == self.servers[0] else ["--replicaof", "127.0.0.1", str(self.servers[0])]
        self._run(
            port,
            [
                redis_server.find_executable(),
                "--port",
                str(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                str(folder),
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--maxmemory-policy",
                "noeviction",
                "--requirepass",
                PASSWORD,
                "--masterauth",
                PASSWORD,
                "--repl-diskless-sync",
                "yes",
                "--repl-diskless-sync-delay",
                "0",
                "--min-replicas-to-write",
                "1",
                "--min-replicas-max-lag",
                "10",
                "--slowlog-max-len",
                "0",
                *follows,
                *self._more,
            ],
        )

    def _guard(self, port: int) -> None:
        file = self._folder / f"{port}.conf"
        file.write_text(
            f"port {port}\nbind 127.0.0.1\nsentinel monitor mymaster 127.0.0.1 {self.servers[0]} 2\n"
            f"sentinel auth-pass mymaster {PASSWORD}\nsentinel down-after-milliseconds mymaster {DOWN_MS}\n"
            "sentinel failover-timeout mymaster 3000\n"
        )
        self._run(port, [redis_server.find_executable(), str(file), "--sentinel"])

    def _run(self, port: int, command: list[str]) -> None:
        with (self._folder / f"{port}.out").open("ab") as out:
            self.running[port] = launch(command, stdout=out, stderr=out)

    def _answering(self, *ports: int) -> None:
        for port in ports:
            until(lambda port=port: self._said(port, "PING"), what=f"an answer on port {port}")

    def _said(self, port: int, *words: str) -> object:
        try:
            return self.asked(port).execute_command(*words)
        except redis.RedisError:
            return None

    def _writes(self, port: int) -> bool:
        return bool(self._said(port, "SET", "try", "1"))

    def _sees_all(self, port: int) -> bool:
        try:
            [state] = self.asked(port).sentinel_masters().values()
        except (redis.RedisError, ValueError):
            return False
        return bool(state["num-other-sentinels"] == 2 and state["num-slaves"] == 2 and state["flags"] == "master")


@contextmanager
def guarded(*more: str) -> Iterator[Sentinels]:
    """Run the servers while the block runs. `more`: further arguments of every server."""
    with tempfile.TemporaryDirectory(prefix="mwg") as folder:
        servers = Sentinels(Path(folder), more)
        try:
            servers.start()
            yield servers
        finally:
            servers.stop()
