"""Run a command that the kernel ends when the process that started it is gone, even by `kill -9`. Linux only.

`python child_launcher.py PARENT_PID COMMAND ...`: the launcher replaces itself by the command, so the command keeps
the launcher's process id. The kernel keeps the request across `exec`.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
"""of <sys/prctl.h>"""


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the request
            return
    os.execvp(command[0], command)  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    main()
