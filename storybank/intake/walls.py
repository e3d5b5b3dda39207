"""Closes a process in for good: no network, no other process, no file but to read from.

A list of what a reader may ask of a Linux kernel (seccomp); everything else is answered with
"not permitted". Where the kernel or the processor is another one, `close_in` says so, and only
the limits of `storybank.intake.limits` hold. It imports nothing of the house.

Numbers of calls: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of
Linux. Shape of a filter: Documentation/userspace-api/seccomp_filter.rst.
"""

import ctypes
import errno
import platform
import struct
import sys

_X86_64 = (
    0, 1, 9, 11, 12, 10, 202, 3, 5, 8, 28, 25,  # read write mmap munmap brk mprotect futex close...
    4, 6, 7, 13, 14, 15, 17, 19, 20, 21, 23, 24, 32, 35, 39, 60, 63, 72, 79, 89, 96, 97, 98, 99,
    100, 102, 104, 107, 108, 110, 131, 186, 201, 204, 217, 219, 228, 229, 230, 231, 262, 267, 269,
    273, 318, 324, 332, 334, 439,
)  # fmt: skip
_ARM64 = (
    63, 64, 222, 215, 214, 226, 98, 57, 80, 62, 233, 216,
    17, 23, 25, 48, 61, 65, 66, 67, 72, 73, 78, 79, 93, 94, 99, 101, 113, 114, 115, 123, 124, 128,
    132, 134, 135, 139, 153, 160, 163, 165, 169, 172, 173, 174, 175, 176, 177, 178, 179, 278, 283,
    291, 293, 439,
)  # fmt: skip
_MACHINES = {
    # what it is called: (its audit number, calls allowed, openat, prlimit64, open)
    "x86_64": (0xC000003E, _X86_64, 257, 302, 2),
    "aarch64": (0xC00000B7, _ARM64, 56, 261, None),
}
_WRITES = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000 | 0o20000000
"""Write, read and write, create, cut off, append, a file without a name."""

_LOAD, _AND, _EQUAL, _RETURN = 0x20, 0x54, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _BY_FILTER = 38, 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def close_in() -> bool:
    """Allow this process and what it forks only to read, to answer and to end.

    Returns whether it is so; it is not on other systems than Linux, on processors not known here,
    and where the kernel has no such filter. It cannot be taken back.
    """
    known = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    if known is None or sys.maxsize < 2**32:
        return False
    steps = _filter(*known)
    libc = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(steps) // 8, steps)
    return (
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
        and libc.prctl(_SET_SECCOMP, _BY_FILTER, ctypes.byref(program), 0, 0) == 0
    )


def _filter(
    machine: int, allowed: tuple[int, ...], openat: int, limits: int, plain_open: int | None
) -> bytes:
    """The steps of the filter, 8 bytes each."""
    steps = [
        _step(_LOAD, _MACHINE),
        _step(_EQUAL, machine, 1, 0),
        _step(_RETURN, _REFUSE),
        _step(_LOAD, _NUMBER),
    ]
    for number in allowed:
        steps += (_step(_EQUAL, number, 0, 1), _step(_RETURN, _ALLOW))
    # Files are opened to read only, and limits are this process's own.
    checked = [(openat, 2, _WRITES), (limits, 0, 0xFFFFFFFF)]
    if plain_open is not None:
        checked.append((plain_open, 1, _WRITES))
    for number, argument, bits in checked:
        steps += (
            _step(_EQUAL, number, 0, 5),
            _step(_LOAD, _ARGUMENTS + 8 * argument),
            _step(_AND, bits),
            _step(_EQUAL, 0, 0, 1),
            _step(_RETURN, _ALLOW),
            _step(_RETURN, _REFUSE),
        )
    return b"".join((*steps, _step(_RETURN, _REFUSE)))


def _step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_so, if_not, value)
