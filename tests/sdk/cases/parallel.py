# SPDX-License-Identifier: Apache-2.0
"""Many clients at once: no error, no cross-talk, and a state that the ledger adds up to."""
import threading
import time

import qun
from state import applied, replayed, same, state_of

from .servers import CORP, TOKEN, adapter

CLIENTS, SECONDS = 8, 10


def one_client(language, server, number, tls, start, failed, counts):
    """Changes its own group for SECONDS from when all have started, keeping the state that must
    come out."""
    try:
        chatid, mine = f"own{number}", [f"c{number}p{i}" for i in range(6)]
        state, n = state_of(server.group(chatid)), 0
        with adapter(language, server, tls) as a:
            a.ok("ChatIdToOpenConversationId", {"chatId": chatid}, TOKEN)
            start.wait()
            end = time.monotonic() + SECONDS
            while n == 0 or time.monotonic() < end:
                n += 1
                args = {"name": f"c{number}n{n}", "add_useridlist": [mine[n % 5 + 1]],
                        "del_useridlist": [mine[(n + 2) % 5 + 1]],
                        "managementOptions": {"searchable": n % 2}}
                same("the answer", a.ok("UpdateGroup", {"chatid": chatid, **args}, TOKEN),
                     {"success": True})
                state = applied(state, args)
                if n % 10 == 0:
                    same("the id", a.ok("ChatIdToOpenConversationId", {"chatId": chatid}, TOKEN),
                         {"openConversationId": server.group(chatid)["openConversationId"]})
        same(chatid, state_of(server.group(chatid)), state)
        same("the ledger of " + chatid, replayed(server, chatid), state)
        names = [r["change"]["name"]["after"] for r in ledger(server, chatid)[1:]]
        same("the names", names, [f"c{number}n{i}" for i in range(1, n + 1)])
        counts[number] = n
    except BaseException as e:  # told in the main thread
        failed.append(e)
        start.abort()


def ledger(server, chatid):
    rows, after = [], 0
    while page := server.admin("GET", f"groups/{chatid}/ledger?limit=1000&after={after}").json:
        rows += page
        after = page[-1]["number"]
    return rows


def many_clients(language):
    """Clients 0 to 3 over plain HTTP, the others over TLS."""
    world = qun.small_world(CORP, users=1)
    corp = world["corps"][0]
    corp["users"] += [{"userid": f"c{c}p{i}", "unionid": f"union-c{c}p{i}", "name": "p",
                       "mobile": f"139{c:04d}{i:04d}", "deptIds": [1], "active": True}
                      for c in range(CLIENTS) for i in range(6)]
    corp["groups"] = [{"chatid": f"own{c}", "conversationTag": 0, "name": f"c{c}n0",
                       "owner": f"c{c}p0", "ownerType": "emp", "useridlist": [f"c{c}p0"]}
                      for c in range(CLIENTS)]
    with qun.Server(tls=True) as server:
        server.load(world)
        failed, counts, start = [], [0] * CLIENTS, threading.Barrier(CLIENTS)
        threads = [threading.Thread(target=one_client, args=(
            language, server, c, c >= CLIENTS // 2, start, failed, counts)) for c in range(CLIENTS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for e in failed:
            raise e
        assert min(counts) > 1, counts
        return f"{sum(counts)} changes"
