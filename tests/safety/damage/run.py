#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""damage -- backups of a server at work, and bits that flip.

Sixteen clients write while `qund backup` runs again and again. Each backup is restored and
served, and every group in it must be what the client's record says for its version; changes
that were answered before the backup began must be in it, and its ledger number must be the
sum. Then bits are flipped and files cut in a backup: `qund restore` must refuse each. Backups
that are killed must never look whole. Last, bits flip in the database and the media files of
a data folder at rest: `qund verify` must notice what changes anything that has a second record
(rot.py names what has none).

The seed repeats where bits flip. What is in a backup depends on the machine's speed.
"""
import contextlib
import functools
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import harness  # noqa: E402  puts tests/api on the path

import qun  # noqa: E402
import rot  # noqa: E402
import writers  # noqa: E402


class Folder:
    """Everything of a run, removed at its end."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="qun-damage-"))
        self.made = 0

    def new(self, name):
        self.made += 1
        return self.path / f"{name}{self.made}"


def qund(*options, plant=None):
    return qun.run(*options, env={"QUN_PLANT": plant} if plant else None, timeout=120)


def files_of(folder):
    """Those that have something in them."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size)


class Flip:
    """with Flip(rng, path): ... -- one bit is the other way round inside the block."""

    def __init__(self, rng, path):
        self.path, self.bit = path, rng.randrange(8 * path.stat().st_size)

    def __enter__(self):
        with open(self.path, "r+b") as f:
            f.seek(self.bit // 8)
            byte = f.read(1)[0]
            f.seek(self.bit // 8)
            f.write(bytes([byte ^ 1 << self.bit % 8]))

    __exit__ = lambda self, *_: self.__enter__()

    def __repr__(self):
        return f"bit {self.bit} of {self.path.name}"


# ---- backups of a server at work ----

def backup(server, load, to, plant=None):
    """(least, most, ledger number) of a backup under load, or None and what went wrong."""
    least = load.counts("answered")
    done = qund("backup", "--data", server.data, "--to", to, plant=plant)
    most = load.counts("sent")
    number = re.search(rf"^corp {writers.CORP}: ledger number (\d+)$", done.stdout, re.M)
    if done.returncode or not number:
        return None, done.stdout + done.stderr
    return (least, most, int(number[1])), ""


def look_at(folder, made, groups, from_backup):
    """What is wrong with a backup, once restored and served; '' if nothing is."""
    least, most, number = made
    data = folder.new("restored")
    done = qund("restore", "--from", from_backup, "--data", data)
    if done.returncode:
        return done.stderr[:200]
    done = qund("verify", "--data", data)
    if done.returncode:
        return done.stdout[:200]
    with qun.Server(data=data) as s:
        wrong, total = writers.differences(s, least, most)
    if total + groups != number:
        wrong.append(f"{total + groups} changes, and it says ledger number {number}")
    shutil.rmtree(data)
    return "; ".join(wrong)[:200]


def await_work(load, changes):
    """Until each client has had that many more answers."""
    until = [n + changes for n in load.counts("answered")]
    while any(n < m for n, m in zip(load.counts("answered"), until)):
        load.check()
        time.sleep(0.01)


@contextlib.contextmanager
def reading(data):
    """A read that lasts as long as the block: no checkpoint gets past it."""
    db = sqlite3.connect(f"file:{data / 'qun.db'}?mode=ro", uri=True, isolation_level=None)
    try:
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM corp").fetchone()
        yield
    finally:
        db.close()


def backups_under_load(run, folder, server):
    """Backups, each looked at; then the same with faults planted."""
    count, groups = run.size(short=2, ci=5, long=200), run.size(short=100, ci=2000, long=2000)
    server.load(writers.world(groups))
    groups += writers.CLIENTS
    wrong = []
    with writers.Writers(server) as load:
        for n in range(count):
            await_work(load, 5)
            to = folder.new("backup")
            made, why = backup(server, load, to)
            why = why or look_at(folder, made, groups, to)
            if why:
                wrong.append(why)
            shutil.rmtree(to, ignore_errors=True)
            run.progress(f"{n + 1} of {count} backups")
        for fault in ("backup_without_log", "backup_without_media"):
            with reading(server.data):  # what is written from here on stays in the log
                await_work(load, 5)
                to = folder.new("backup")
                made, why = backup(server, load, to, plant=fault)
            run.caught(fault, why or look_at(folder, made, groups, to))
    run.check("each backup under load has exactly the state of its ledger number", not wrong,
              f"{count} backups, {sum(load.counts('answered'))} changes; {'; '.join(wrong)}"[:400])
    run.count("backups", count)
    run.count("changes answered under load", sum(load.counts("answered")))
    run.count("media uploaded under load", sum(load.counts("uploads")))


def killed_backups(run, folder, server):
    """kill -9 at any time: what has the backup's name is whole."""
    count, rng = run.size(short=5, ci=30, long=300), run.random("kills")
    whole, broken = 0, []
    for n in range(count):
        to = folder.new("killed")
        child = subprocess.Popen(
            [qun.program(), "backup", "--data", server.data, "--to", to], env=qun.clean_env(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.random() * run.size(short=0.05, ci=0.2, long=0.2))
        child.kill()
        child.wait()
        if to.exists():
            whole += 1
            data = folder.new("restored")
            if qund("restore", "--from", to, "--data", data).returncode:
                broken.append(to.name)
        run.progress(f"{n + 1} of {count} kills of a backup")
    run.check("a killed backup never looks whole", not broken,
              f"{count} kills, {whole} had ended by then; broken: {broken}")
    run.count("backups killed", count)


# ---- damage to a backup ----

def small_store(folder):
    """A data folder with a little of everything, and a backup of it."""
    data, to = folder.new("data"), folder.new("backup")
    with qun.Server(data=data, tls=True, admin=False) as s:
        token = (data / "admin.token").read_text().strip()
        a = s.admin("POST", "worlds", writers.world(20), token=token)
        assert a.status == 200, a
        for n in range(1, 8):
            for i in range(writers.CLIENTS):
                a = s.call("/v1.0/im/group/update", {"chatid": f"busy{i}", **writers.change(n)},
                           writers.TOKEN)
                assert a.status == 200, a
        writers.upload(s, "one")
        writers.upload(s, "two")
    done = qund("backup", "--data", data, "--to", to)
    assert done.returncode == 0, done
    return data, to


def refused(folder, backup_folder, plant=None):
    data = folder.new("refused")
    done = qund("restore", "--from", backup_folder, "--data", data, plant=plant)
    left = [p for p in folder.path.glob(data.name + "*")]
    if done.returncode not in (0, 1):
        return f"ended with {done.returncode}: {done.stderr}"
    if done.returncode == 0:
        shutil.rmtree(data)
        return "was accepted"
    return f"left {left}" if left else ""


def damaged_backups(run, folder, kept):
    """Every damaged backup is refused, whichever bit or length."""
    flips, cuts = run.size(short=30, ci=400, long=10000), run.size(short=10, ci=100, long=1000)
    rng, wrong = run.random("backup"), []
    files = files_of(kept)
    weights = [200 + p.stat().st_size // 4096 for p in files]  # no file is left out
    for n in range(flips):
        flip = Flip(rng, rng.choices(files, weights)[0])
        with flip:
            if why := refused(folder, kept):
                wrong.append(f"{flip}: {why}")
        run.progress(f"{n + 1} of {flips} flips in a backup")
    for n in range(cuts):
        path = rng.choices(files, weights)[0]
        content, length = path.read_bytes(), rng.randrange(path.stat().st_size)
        os.truncate(path, length)
        if why := refused(folder, kept):
            wrong.append(f"{path.name} cut to {length}: {why}")
        path.write_bytes(content)
        run.progress(f"{n + 1} of {cuts} cuts in a backup")
    run.check("a damaged backup is refused and leaves nothing", not wrong,
              f"{flips} flips, {cuts} cuts; {'; '.join(wrong)}"[:400])
    run.check("the same backup undamaged is taken", refused(folder, kept) == "was accepted")
    with Flip(rng, kept / "qun.db"):
        run.caught("restore_without_sums", refused(folder, kept, plant="restore_without_sums"))
    run.count("flips in backups", flips)
    run.count("cuts in backups", cuts)


# ---- bits that flip in a data folder ----

def rotten_folders(run, folder, data):
    flips, rng = run.size(short=30, ci=400, long=10000), run.random("rot")
    sound, before = qund("verify", "--data", data), rot.contents(data)
    assert sound.returncode == 0 and before, sound
    database, media = data / "qun.db", files_of(data / "media")
    found = {"noticed": [], "harmless": [], "unchecked": [], "missed": []}
    for n in range(flips):
        flip = Flip(rng, database if n % 4 else rng.choice(media))
        with flip:
            verdict, details = rot.look(qund, data, sound.stdout, before)
        if verdict == "harmless" and flip.path != database:
            verdict = "missed"  # every bit of a file counts
        found[verdict].append(f"{flip}: {details}")
        run.progress(f"{n + 1} of {flips} flips in a data folder")
    run.check("verify notices a flipped bit in whatever has a second record", not found["missed"],
              "; ".join(found["missed"])[:400])
    for verdict, flips_of_it in found.items():
        run.count(f"flips in a data folder {verdict}", len(flips_of_it))
    run.check("the folder is sound again", qund("verify", "--data", data).stdout == sound.stdout)
    rename = "UPDATE chat SET name = name || 'x' WHERE chatid = 'busy0'"
    db = sqlite3.connect(database)
    db.execute(rename)
    db.commit()
    db.close()
    verdict, _ = rot.look(qund, data, sound.stdout, before)
    run.check("a group that is not what its ledger says is noticed", verdict == "noticed", verdict)
    fooled = functools.partial(qund, plant="verify_skips_replay")
    verdict, _ = rot.look(fooled, data, sound.stdout, before)
    run.caught("verify_skips_replay", verdict == "missed" and "a change of a group is missed")


def main():
    run = harness.start("damage", __doc__)
    folder = Folder()
    try:
        with qun.Server() as server:
            backups_under_load(run, folder, server)
            killed_backups(run, folder, server)
        data, kept = small_store(folder)
        damaged_backups(run, folder, kept)
        rotten_folders(run, folder, data)
    finally:
        shutil.rmtree(folder.path, ignore_errors=True)
    run.end()


if __name__ == "__main__":
    main()
