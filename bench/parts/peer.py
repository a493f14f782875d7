# SPDX-License-Identifier: Apache-2.0
"""peer.py -- ejabberd making the same change through its HTTP API (five calls: ejabberd.py),
with its SQLite back end and with its default store; and what either loses at kill -9."""
import time

import corp as corps
import qun
from ejabberd import CALLS, Ejabberd
from rows import compared, row

CONNECTIONS = 32
KILLS = 3
WAIT_S = 0.1  # between the answer and the kill
STORES = {"sqlite": ("ejabberd, SQLite", 50), "mnesia": ("ejabberd, default store", 5)}


def peer(run, store, rooms, seconds):
    """Updates a second, CPU of each, and how many of KILLS acknowledged renames were lost."""
    server = Ejabberd(store)
    try:
        run.say(f"{STORES[store][0]}: making {rooms} rooms")
        server.start().make_rooms(rooms)
        run.say(f"{STORES[store][0]}: updates")
        warm = server.update(rooms, CONNECTIONS, run.pick(3, 1))
        start = (warm.sent // (CALLS * rooms) + 1) * CALLS * rooms
        got = server.update(rooms, CONNECTIONS, seconds, start)
        lost = 0
        for i in range(KILLS):
            run.say(f"{STORES[store][0]}: kill -9 {WAIT_S} s after an answer, {i + 1} of {KILLS}")
            title = f"acknowledged {i}"
            server.call("change_room_option", {
                "name": "r1", "service": "conference.bench.local", "option": "title",
                "value": title})
            time.sleep(WAIT_S)  # what is waited for is the time itself
            server.kill()
            lost += server.start().title("r1") != title
        return got, lost
    finally:
        server.remove()


def ours(run, seconds):
    corp = run.corp()
    with corp.server() as s:
        corp.update(s, CONNECTIONS, run.pick(3, 1))
        got = corp.update(s, CONNECTIONS, seconds)
    lost = 0
    s = qun.Server(data=corp.data)
    try:
        for i in range(KILLS):
            run.say(f"qund: kill -9 at the answer, {i + 1} of {KILLS}")
            s.start()
            a = s.call("/v1.0/im/group/update",
                       {"chatid": corps.chatid(corp.ranges[1][0]), "name": f"acknowledged {i}"},
                       token=corps.TOKEN)
            s.kill()
            assert a.status == 200, a
            s.start()
            lost += s.group(corps.chatid(corp.ranges[1][0]))["name"] != f"acknowledged {i}"
            s.close()
    finally:
        s.kill()
        s.remove()
    return got, lost


def measure(run):
    seconds = run.pick(10, 3)
    run.say("qund")
    mine, lost = ours(run, seconds)
    yield row(f"lost by qund, of {KILLS} changes, kill -9 at the answer", lost, "", at_most=0)
    for store, (name, goal) in STORES.items():
        got, lost = peer(run, store, run.pick(500, 50), seconds)
        yield compared(f"updates, {CONNECTIONS} connections, against {name}", mine.rate, "/s",
                       got.rate / CALLS, name, at_least=goal)
        yield compared(f"updates, CPU each, against {name}", mine.cpu_us, "us",
                       got.cpu_us * CALLS, name)
        yield row(f"lost by {name}, of {KILLS} changes, kill -9 after {WAIT_S} s", lost, "")
