"""Kernels that are forked from one warm process instead of started on their own, where the platform can (Linux)."""

import atexit
import errno
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from postgraft.reports.fork_server import LARGEST

PROVISIONER = "postgraft-forked"
"""Name of the entry point, by which Jupyter finds the class below."""

LAUNCHER = "ipykernel_launcher"

PROGRAM = "import sys; sys.path[:] = filter(None, sys.path); from postgraft.reports.fork_server import main; main()"
"""A file of the working directory must not be imported in place of a module."""


class ForkedProvisioner(LocalProvisioner):
    """Jupyter's own way to run a kernel on this machine, but for its first step."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel if it is one of this interpreter and this platform can, else start it."""
        if not can_fork(cmd):
            return await super().launch_kernel(cmd, **kwargs)
        arguments, streams = cmd[cmd.index(LAUNCHER) + 1 :], (kwargs.get("stdout"), kwargs.get("stderr"))
        self.cwd = Path(kwargs.get("cwd") or Path.cwd())
        try:
            forked = _server.fork(arguments, self.cwd, kwargs["env"], *streams)
        except OSError:  # an environment too long for a message, no memory for a fork, a server that was killed
            return await super().launch_kernel(cmd, **kwargs)
        self.process = cast("subprocess.Popen[Any]", forked)
        self.pid = self.pgid = forked.pid  # it leads a session, and so a group, of its own
        return self.connection_info


def can_fork(command: list[str]) -> bool:
    """Whether a command starts a kernel of this interpreter, on a platform where a fork can be watched (Linux)."""
    return hasattr(os, "pidfd_open") and command[0] == sys.executable and LAUNCHER in command


class ForkedProcess:
    """What Jupyter asks of a ``subprocess.Popen``, of a process that is no child of this one."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid, self._descriptor = pid, descriptor

    def __del__(self) -> None:
        os.close(self._descriptor)

    def poll(self) -> int | None:
        """None while it runs, else 0: the status is known to its parent alone."""
        return self._ended(0)

    def wait(self) -> int | None:
        """Wait for its end."""
        return self._ended(None)

    def _ended(self, milliseconds: int | None) -> int | None:
        asked = select.poll()
        asked.register(self._descriptor, select.POLLIN)
        return 0 if asked.poll(milliseconds) else None

    def send_signal(self, number: int) -> None:
        """Send a signal; nothing if it has ended."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._descriptor, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class _Server:
    """This process's server, started with the first kernel; it ends when this process does, however that ends."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None
        self._lock = threading.Lock()

    def fork(
        self, arguments: list[str], folder: Path, environment: dict[str, str], stdout: Any, stderr: Any
    ) -> ForkedProcess:
        """A kernel with these arguments; streams as for ``subprocess.Popen``, None for those of this process.

        Raises:
            OSError: the server could not.
        """
        wanted = {"arguments": arguments, "folder": str(folder), "environment": environment}
        request = json.dumps(wanted).encode()
        if len(request) > LARGEST:
            raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
        streams = [_descriptor(stdout, 1), _descriptor(stderr, 2)]
        with self._lock:
            if self._requests is None:
                self._requests = self._started(environment)
            try:
                socket.send_fds(self._requests, [request], streams)
                answer, descriptors, *_ = socket.recv_fds(self._requests, 64, 1)
                if not answer:
                    raise ConnectionResetError
            except ConnectionError:
                self.close()
                raise
        return ForkedProcess(int(answer), descriptors[0])

    def _started(self, environment: dict[str, str]) -> socket.socket:
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            program = [sys.executable, "-Xfrozen_modules=off", "-c", PROGRAM]  # as Jupyter starts a kernel
            self._process = subprocess.Popen(program, stdin=there.fileno(), start_new_session=True, env=environment)
        return here

    def close(self) -> None:
        """End the server, and with it every kernel that still runs."""
        if self._process is not None and self._requests is not None:
            self._requests.close()
            self._process.wait()
        self._process = self._requests = None

    def forget(self) -> None:
        """In a fork of this process: the server answers the other one."""
        if self._requests is not None:
            self._requests.close()
        self._process = self._requests = None
        self._lock = threading.Lock()


def _descriptor(stream: Any, standard: int) -> int:
    if stream is None:
        return standard
    return stream if isinstance(stream, int) else int(stream.fileno())


_server = _Server()
atexit.register(_server.close)
os.register_at_fork(after_in_child=_server.forget)
