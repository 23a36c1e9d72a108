"""What the operating system refuses, in the words of the person who reads it."""

import errno
import os
import socket

_WORDS = {
    errno.ENOENT: "there is no such file or folder; check its name, and make the folder first",
    errno.ENOTDIR: "a part of this path is a file and no folder; choose another folder",
    errno.EISDIR: "it is a folder and no file; add the name of a file",
    errno.EEXIST: "a file of that name is there already; choose another name, or move that file away",
    errno.EACCES: "this account may not use it; change its owner or its rights, or choose another",
    errno.EPERM: "this account may not use it; change its owner or its rights, or choose another",
    errno.EROFS: "its disk can only be read; choose a folder on another disk",
    errno.ENOSPC: "the disk is full; make room, then start again",
    errno.EDQUOT: "this account has used up its part of the disk; make room, then start again",
    errno.EFBIG: "this account may not write a file of that size; raise its limit (ulimit -f)",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ELOOP: "the link leads to itself; name the file that is meant",
    errno.EMFILE: "too many files are open; raise the limit of this account (ulimit -n)",
    errno.ENFILE: "too many files are open on this machine; end other programs",
    errno.ENOMEM: "this machine has no memory left; end other programs",
    errno.EIO: "the disk does not answer as it should; look at the disk",
    errno.EADDRINUSE: "another program uses this port; end that program, or choose another port",
    errno.EADDRNOTAVAIL: "this machine has no such address; name an address of this machine",
    errno.ECONNREFUSED: "nothing answers there; start it, or check the address",
    errno.ETIMEDOUT: "no answer came in time; check that it runs and can be reached",
}
_NO_SUCH_HOST = "no machine has that name; check how it is written"


def describe_os_error(error: OSError) -> str:
    """Return the reason in plain words, with what to do next, and without a path or a number."""
    if isinstance(error, socket.gaierror):
        return _NO_SUCH_HOST
    return _WORDS.get(error.errno or 0, f"this machine refused it ({os.strerror(error.errno or 0).lower()})")


def describe_with_path(error: OSError) -> str:
    """Return the reason, after the path that it is about where the system names one."""
    named = error.filename2 or error.filename
    return f"{named}: {describe_os_error(error)}" if named else describe_os_error(error)
