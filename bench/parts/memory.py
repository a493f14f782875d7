# SPDX-License-Identifier: Apache-2.0
"""memory.py -- resident memory at 256 busy connections, less what is allowed for the
database's pages."""
import proc
from rows import row

CONNECTIONS = 256
CACHE_MB = 32  # the default of --cache-mb; its megabytes are 2**20 bytes


def measure(run):
    corp = run.corp()
    with corp.server("--cache-mb", CACHE_MB) as s:
        run.say(f"{CONNECTIONS} connections")
        corp.update(s, CONNECTIONS, run.pick(10, 2))
        most = proc.memory_mb(s.process.pid, "VmHWM")
    yield row(f"memory at {CONNECTIONS} busy connections, less the cache",
              most - CACHE_MB * 1.048576, "MB", at_most=64,
              note=f"most resident {most:.0f} MB, --cache-mb {CACHE_MB}")
