# SPDX-License-Identifier: Apache-2.0
"""The bytes that an SDK sends are the golden files', which test_transcripts.py plays to the
server."""
import qun
from proxy import Recorder
from state import same
import transcript

from .servers import adapter


def sent(language):
    """What the SDK sends for each call of the plan, normalised: name -> bytes."""
    plan = transcript.plan(language.name)
    host = "oapi.dingtalk.com" if language.kind == "legacy" else "api.dingtalk.com"
    with qun.Server("--demo") as server, Recorder(server.port) as recorder, \
            adapter(language, server, tls=False, port=recorder.port) as a:
        for _, op, args, token in plan:
            a.call(op, args, token)
        found = [one for link in recorder.requests
                 for one in transcript.split_requests(bytes(link))]
    same("requests seen", len(found), len(plan))
    return {row[0]: transcript.normal_request(one, recorder.port, host)
            for row, one in zip(plan, found)}


def golden(language):
    """The bytes are the golden files', which test_transcripts.py plays to the server."""
    for name, data in sent(language).items():
        kept = transcript.FOLDER / language.name / f"{name}.http"
        same(f"{language.name}/{name}.http", transcript.comparable(data),
             transcript.comparable(kept.read_bytes()))


def record(language):
    """Writes the golden files anew (run.py --record)."""
    folder = transcript.FOLDER / language.name
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in sent(language).items():
        (folder / f"{name}.http").write_bytes(data)
