# SPDX-License-Identifier: Apache-2.0
"""proc.py -- what the kernel says about a process."""
import os
import pathlib

TICK = os.sysconf("SC_CLK_TCK")


def cpu_s(pid):
    """Seconds of processor time, user and system, of all its threads."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    fields = stat.rpartition(")")[2].split()  # the name before may hold anything
    return (int(fields[11]) + int(fields[12])) / TICK


def written(pid):
    """Bytes that it has written, to files and sockets."""
    text = pathlib.Path(f"/proc/{pid}/io").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("wchar:"))


def memory_mb(pid, what="VmRSS"):
    """Resident memory; of VmHWM the most there ever was."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ValueError("the kernel does not tell the memory of a process")
