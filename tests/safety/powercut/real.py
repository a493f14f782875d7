# SPDX-License-Identifier: Apache-2.0
"""real.py -- power cuts on real ext4 and XFS: an image in a file, mounted, and shut down.

The server is killed, waited for, and then the file system is shut down without writing its
log: all that was not synced is gone, as if power had failed. (Shut down under a live process,
a sync that is under way may still report success.) It is mounted again, the server starts,
and the oracle of crash/ compares. All mounts are in a mount name space of this process: they
go with it, however it ends.
"""
import ctypes
import os
import pathlib
import random
import shutil
import subprocess
import tempfile

import life
from model import Wrong

CLONE_NEWNS = 0x20000
MAKE = {  # file system: size of the image, how it is made
    "ext4": (96 << 20, ["mkfs.ext4", "-q", "-F"]),
    "xfs": (320 << 20, ["mkfs.xfs", "-q", "-f"]),
}
POINTS = ["writer.before_commit", "writer.committed", "writer.told", "writer.reported",
          "checkpoint.begin", "checkpoint.end", "db.statement", "media.synced", "media.renamed",
          "media.kept", "departure.left", "world.write"]
FAULTS = ["synchronous_normal", "synchronous_off"]
TURNS = 40  # a point's kill comes at one of them


class Unable(Exception):
    """This machine cannot do it."""


def tool(*command):
    try:
        done = subprocess.run(list(map(str, command)), text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    except FileNotFoundError:
        raise Unable(f"{command[0]} is not there") from None
    if done.returncode:
        raise Unable(f"{command[0]}: {done.stdout.strip()[:200]}")


def own_mounts():
    """From here on what this process mounts is seen by it and its children only."""
    if os.geteuid() != 0:
        raise Unable("mounting needs root")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise Unable(f"unshare: {os.strerror(ctypes.get_errno())}")
    tool("mount", "--make-rprivate", "/")


class Disk:
    """One file system in a file."""

    def __init__(self, kind, folder):
        self.kind, self.image, self.at = kind, folder / f"{kind}.img", folder / kind
        size, make = MAKE[kind]
        with open(self.image, "wb") as image:
            image.truncate(size)
        tool(*make, self.image)
        self.at.mkdir()
        self.mounted = False

    def mount(self):
        tool("mount", "-o", "loop", self.image, self.at)
        self.mounted = True

    def umount(self):
        if self.mounted:
            tool("umount", self.at)
        self.mounted = False

    def cut(self):
        tool("xfs_io", "-x", "-c", "shutdown", self.at)
        self.umount()
        self.mount()


class Cuts(life.Life):
    """A life on such a disk."""

    def __init__(self, rng, disk, plant=None):
        super().__init__(rng, plant, disk.at / "data")
        self.disk = disk

    def one(self):
        """Work, death, the cut, and the comparison."""
        at = None
        if self.rng.random() < 0.6:
            at = f"{self.rng.choice(POINTS)}:{self.rng.randrange(1, TURNS)}"
        self.work(at, self.rng.uniform(0.05, 0.4))
        self.disk.cut()
        self.verify()


def cut_often(kind, folder, rng, wanted, told, plant=None):
    """(cuts, acknowledged, what is wrong)"""
    disk = Disk(kind, folder)
    disk.mount()
    store, done, wrong = Cuts(rng, disk, plant), 0, ""
    try:
        # the first start of all, which makes the folder
        store.start(kill_after_s=rng.uniform(0.001, 0.03))
        store.server.kill()
        disk.cut()
        store.bring_world()
        disk.cut()
        done = 2
        while done < wanted:
            store.one()
            done += 1
            told(done)
    except Wrong as e:
        wrong = f"{kind}: {e}"
    finally:
        store.end()
        disk.umount()
    return done, store.clients.counts["A"], wrong


def run_all(run):
    wanted = run.size(short=3, ci=15, long=100)  # on each
    folder = pathlib.Path(tempfile.mkdtemp(prefix="qun-cuts-"))
    try:
        own_mounts()
        for kind in MAKE:
            here = folder / "cuts"
            here.mkdir()
            done, acknowledged, wrong = cut_often(
                kind, here, random.Random(run.random(kind).random()), wanted,
                lambda n: run.progress(f"{n} of {wanted} cuts on {kind}"))
            shutil.rmtree(here)
            run.count(f"cuts on {kind}", done)
            run.count(f"acknowledged on {kind}", acknowledged)
            run.check(f"{done} power cuts on {kind}: nothing acknowledged is lost, nothing is "
                      "half applied", not wrong, wrong or f"{acknowledged} acknowledged")
        for plant in FAULTS:
            here = folder / plant
            here.mkdir()
            _, _, wrong = cut_often("ext4", here, run.random(plant), 25, lambda n: None, plant)
            run.caught(f"{plant} on ext4", wrong[:200])
    except Unable as e:
        run.skip("power cuts on real file systems", str(e))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
