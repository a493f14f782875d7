# SPDX-License-Identifier: Apache-2.0
"""A call that is sent again, because its answer was lost or was an error, has no second effect."""
from proxy import Cutter, Recorder
from state import applied, replayed, same, state_of
import transcript

from .errors import FULL, refused
from .servers import TOKEN, adapter, full_disk, serving


def lost_answer(language, tls):
    """The connection is cut after the commit and before the answer. Whether the SDK repeats the
    call by itself is the language's; the change is there once, however often it is sent."""
    change = {"chatid": "chat1", "name": "once", "add_useridlist": ["u7"], "owner": "u7",
              "del_useridlist": ["u2"], "managementOptions": {"searchable": 1}}
    with serving() as server:
        before = server.group("chat1")

        def made():
            return server.group("chat1")["version"] > before["version"]

        port = server.tls_port if tls else server.port
        with Cutter(port, made) as cutter, \
                adapter(language, server, tls, port=cutter.port, autoretry=True) as a:
            said = a.call("UpdateGroup", change, TOKEN)
            same("connections cut", cutter.cut, 1)
            if language.retries:
                same("the repeated call", said.get("ok"), {"success": True})
            else:
                assert "failed" in said, said
            after = server.group("chat1")
            same("the version", after["version"], before["version"] + 1)
            a.ok("UpdateGroup", change, TOKEN)
        same("the group", server.group("chat1"), after)
        same("the state", state_of(after), applied(state_of(before), change))
        rows = server.admin("GET", "groups/chat1/ledger").json
        same("rows of the ledger", [r["version"] for r in rows], [1, 2])
        same("the ledger", replayed(server, "chat1"), state_of(after))
        arrived = [c for c in server.admin("GET", "requests").json if c["api"] == "UpdateGroup"]
        same("calls that arrived", len(arrived), 3 if language.retries else 2)


def answered_500(language):
    """An SDK that repeats what was answered 500 changes nothing by it either."""
    with full_disk() as (server, _), Recorder(server.port) as recorder, \
            adapter(language, server, tls=False, port=recorder.port, autoretry=True) as a:
        before = server.group("chat1")
        refused(language, server, a, *FULL, described=False)
        sent = sum(len(transcript.split_requests(bytes(one))) for one in recorder.requests)
        same("times the call was sent", sent, language.sends_on_500)
        same("the group", server.group("chat1"), before)
