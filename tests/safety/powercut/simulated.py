# SPDX-License-Identifier: Apache-2.0
"""simulated.py -- power cuts on a disk in memory: runs the program of sim.c.

What it counts is independent of the machine: a seed repeats each image.
"""
import os
import re
import subprocess
import tempfile

PROCESSES = 2
FAULTS = {  # name: environment, options
    "ack_before_commit": ("ack_before_commit", []),
    "synchronous_off": ("synchronous_off", []),
    "synchronous_normal": ("synchronous_normal", []),
    "two_transactions": ("two_transactions", []),
    "media_folder_unsynced": ("media_folder_unsynced", []),
    "the log is never synced": ("", ["--never-synced", "log"]),
    "the log begins again before the database is synced": ("", ["--never-synced", "database"]),
}
FAULT_IMAGES = 20000  # within which a fault must show


def start(run, folder, seed, images, plant="", options=()):
    env = {**os.environ, "QUN_PLANT": plant} if plant else dict(os.environ)
    program = run.args.build / "tests" / "safety" / "powercut" / "powercut"
    return subprocess.Popen([str(program), "--seed", str(seed), "--images", str(images),
                             "--dir", folder, *options], env=env, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def finish(child, told=None):
    """(counts, what is wrong or "")."""
    counts, wrong = {}, ""
    for line in child.stdout:
        if found := re.fullmatch(r"(\w+) (\d+)\n", line):
            counts[found[1]] = int(found[2])
            if told:
                told(counts)
        else:
            wrong += line.removeprefix("wrong ").strip()
    if child.wait() and not wrong:
        wrong = f"it ended with {child.returncode}"
    return counts, wrong


def run_all(run):
    images = run.size(short=1000, ci=100000, long=500000)
    seeds = run.random("simulated")
    with tempfile.TemporaryDirectory(prefix="qun-powercut-") as folder:
        children = [start(run, folder, seeds.getrandbits(32), images // PROCESSES)
                    for _ in range(PROCESSES)]
        found = [finish(child, lambda counts: run.progress(
            f"{counts['images']} of {images // PROCESSES} images in each process"))
            for child in children]
        total = {name: sum(counts.get(name, 0) for counts, _ in found)
                 for name in ("images", "moments", "histories", "recoveries")}
        wrong = [text for _, text in found if text]
        run.count("simulated", total)
        run.check(f"{total['images']} images at {total['moments']} moments: nothing acknowledged "
                  "is lost, nothing is half applied", not wrong, "; ".join(wrong))
        for name, (plant, options) in FAULTS.items():
            child = start(run, folder, seeds.getrandbits(32), FAULT_IMAGES, plant, options)
            run.caught(name, finish(child)[1])
