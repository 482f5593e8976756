"""The process that kernels are forked from: everything they need is imported once, so each is ready at once.

``main`` runs in a process of its own, whose stdin is a Unix socket. A message on it is a request for a kernel, with
the stdout and stderr that the kernel is to have; the answer is the kernel's process id, with a descriptor of that
process. The end of the messages ends the server, and kernels end within a second after it.
"""

import atexit
import gc
import importlib
import json
import os
import socket
import sys
import time
import warnings
from contextlib import suppress
from typing import Any

LARGEST = 1 << 18
"""Most bytes of a message; the environment is the only part of it that may be long."""

IMPORTED = (
    "IPython.core.completerlib",  # this and the next five are imported by every kernel when it starts
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "matplotlib_inline.backend_inline",
    "tornado.platform.asyncio",
    "ipywidgets",
    "matplotlib.pyplot",
    "postgraft",
    "postgraft.exhibits",
    "postgraft.reports",
    "scipy.optimize",
    "scipy.stats",
    "statsmodels.genmod.generalized_linear_model",
    "statsmodels.stats.proportion",
    "statsmodels.stats.rates",
)
"""What a kernel and the notebooks import."""


def main() -> None:
    """Fork kernels until nobody asks for more; in each of them, run it."""
    gc.disable()  # nothing that is imported is garbage
    import_what_notebooks_use()
    gc.enable()
    gc.freeze()  # a collection in a kernel would look through, and so copy, all of it
    # OpenBLAS, whose threads Python from 3.12 on warns of, puts them down before a fork and up again after it.
    warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
    arguments = serve(socket.socket(fileno=os.dup(sys.stdin.fileno())))
    if arguments is not None:
        run_kernel(arguments)


def import_what_notebooks_use() -> None:
    """Import it; the backend of matplotlib is the one that a kernel would choose."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for name in IMPORTED:
        importlib.import_module(name)


def serve(requests: socket.socket) -> list[str] | None:
    """Fork for each request: returns the kernel's arguments in the kernel, None where no more is asked for."""
    while True:
        message, streams, *_ = socket.recv_fds(requests, LARGEST, 2)
        reap()
        if not message:
            return None
        request = json.loads(message)
        child = os.fork()
        if not child:
            requests.close()
            become(request, *streams)
            return list(request["arguments"])
        descriptor = os.pidfd_open(child)
        socket.send_fds(requests, [str(child).encode()], [descriptor])
        for one in (descriptor, *streams):
            os.close(one)


def reap() -> None:
    """Put away the kernels that have ended; their time becomes part of this process's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def become(request: dict[str, Any], stdout: int, stderr: int) -> None:
    """Make of this process what a kernel started on its own would be: session, streams, folder, environment."""
    os.setsid()
    stdin = os.open(os.devnull, os.O_RDONLY)
    for number, stream in enumerate((stdin, stdout, stderr)):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()


def run_kernel(arguments: list[str]) -> None:
    """Run a kernel in this process until it is shut down or the server is gone."""
    import numpy as np
    from ipykernel import kernelapp

    np.random.seed()  # noqa: NPY002  # of whoever draws in the old way: kernels would all draw the same
    sys.argv = ["ipykernel_launcher", *arguments, f"--IPKernelApp.parent_handle={os.getppid()}"]
    kernelapp.launch_new_instance()
    # It closes threads that go on answering, and sometimes waits for one of them until it is killed.
    atexit.unregister(kernelapp.IPKernelApp.instance().close)
    # All else there is to do at an exit; taking every module apart after it takes a second.
    atexit._run_exitfuncs()
    os._exit(0)
