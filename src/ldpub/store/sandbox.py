"""What a worker gives up before it reads a query: seccomp(2), prctl(2), setrlimit(2), through ctypes and unprivileged.

The filter is a deny-list: no sockets by any call (io_uring included), no other program, no look into other processes.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_ALLOW, _EPERM = 0x7FFF0000, 0x00050000 | 1

_IO_URING = (425, 426, 427)
# AUDIT_ARCH of linux/audit.h and numbers of asm/unistd.h: socket, connect, accept, sendto, sendmsg, bind, listen,
# accept4, sendmmsg, execve, execveat, ptrace, process_vm_readv, process_vm_writev, pidfd_getfd.
_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 43, 44, 46, 49, 50, 288, 307, 59, 322, 101, 310, 311, 438)),
    "aarch64": (0xC00000B7, (198, 203, 202, 206, 211, 200, 201, 242, 269, 221, 281, 117, 270, 271, 438)),
}
_X32_BIT = 0x40000000


def die_with_parent(parent: int) -> bool:
    """Have the kernel end this process when the thread that started it ends; False where the kernel cannot."""
    if sys.platform != "linux":
        return False
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(0)
    return True


def forbid_network() -> bool:
    """Refuse every socket to this thread and all it starts from now on; False where there is no seccomp for us.

    The calls then fail with EPERM, so that SERVICE becomes an error and the worker lives on.
    """
    call = _CALLS.get(platform.machine())
    if sys.platform != "linux" or call is None or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False
    program = _filter(*call)
    code = ctypes.create_string_buffer(program, len(program))
    fprog = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    try:
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, fprog)
    except OSError:
        return False
    return True


def _filter(arch: int, calls: tuple[int, ...]) -> bytes:
    """A classic BPF program over struct seccomp_data: number at 0, architecture at 4."""
    denied = (*calls, *_IO_URING)
    load_arch, load_number = _op(0x20, 4), _op(0x20, 0)
    head = [load_arch, _op(0x15, arch, 1, 0), _op(0x06, _EPERM), load_number, _op(0x35, _X32_BIT, len(denied) + 1, 0)]
    # Each test jumps over the rest and over the "allow" to the "deny" at the end.
    tests = [_op(0x15, number, len(denied) - at, 0) for at, number in enumerate(denied)]
    return b"".join([*head, *tests, _op(0x06, _ALLOW), _op(0x06, _EPERM)])


def _op(code: int, operand: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, jump_true, jump_false, operand)


def _prctl(option: int, *arguments: int | bytes) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    passed = [ctypes.c_ulong(a) if isinstance(a, int) else ctypes.c_char_p(a) for a in arguments]
    passed += [ctypes.c_ulong(0)] * (4 - len(passed))
    if libc.prctl(ctypes.c_int(option), *passed) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl({option}): {os.strerror(number)}")


def bound_memory(more: int) -> bool:
    """Let the address space grow by so many bytes at most, and leave no core; False where it cannot be bounded."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    size = address_space()
    if size is None:
        return False
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = size + more if hard == resource.RLIM_INFINITY else min(size + more, hard)
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    return True


def address_space() -> int | None:
    """The bytes of address space this process takes now, or None where the kernel does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def peak_memory() -> int:
    """The most memory (bytes) this process has held at any time."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
