# SPDX-License-Identifier: Apache-2.0
"""ejabberd.py -- ejabberd from Debian in a folder of its own, on loopback, without Erlang's
distribution (so without epmd): groups are persistent rooms, driven through mod_http_api.

One update of Qun is five calls: two of change_room_option (title; an option), three of
set_room_affiliation (two people added, one removed). There is none that takes more than one.
"""
import concurrent.futures
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import sysconfig
import tempfile

import load
from nginx import await_port, free_port

HOST = "bench.local"
SERVICE = "conference." + HOST
MEMBERS = 10
CALLS = 5  # of one update
CONFIG = """
hosts: [{host}]
loglevel: error
listen:
  - port: {port}
    ip: 127.0.0.1
    module: ejabberd_http
    backlog: 1024
    request_handlers:
      /api: mod_http_api
api_permissions:
  bench:
    who:
      ip: 127.0.0.1/8
    what: "*"
modules:
  mod_muc:
    db_type: {db_type}
    default_room_options:
      persistent: true
  mod_muc_admin: {{}}
{more}
"""
STORES = {  # what it calls them: db_type of mod_muc, further configuration
    "mnesia": ("mnesia", ""),
    "sqlite": ("sql", "sql_type: sqlite\nsql_database: {home}/ejabberd.sqlite\n"),
}


class Ejabberd:
    """A store of STORES. Started and stopped by hand, for it may be killed."""

    def __init__(self, store):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="qun-ejabberd-"))
        self.port = free_port()
        db_type, more = STORES[store]
        (self.home / "ejabberd.yml").write_text(CONFIG.format(
            host=HOST, port=self.port, db_type=db_type, more=more.format(home=self.home)))
        self.process = None

    def start(self):
        env = {**os.environ, "HOME": str(self.home), "ERL_CRASH_DUMP": "/dev/null",
               "ERL_LIBS": "/usr/lib/" + sysconfig.get_config_var("MULTIARCH"),
               "EJABBERD_CONFIG_PATH": str(self.home / "ejabberd.yml"),
               "EJABBERD_LOG_PATH": str(self.home / "ejabberd.log")}
        self.process = subprocess.Popen(  # "erl" becomes the virtual machine: its own pid
            ["erl", "+K", "true", "+P", "250000", "-noinput", "-mnesia", "dir",
             f'"{self.home}/mnesia"', "-s", "ejabberd"],
            cwd=self.home, env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await_port(self.process, self.port, "ejabberd", 60)
        return self

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def remove(self):
        self.kill()
        shutil.rmtree(self.home)

    def call(self, name, arguments, link=None):
        link = link or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        link.request("POST", "/api/" + name, json.dumps(arguments),
                     {"Content-Type": "application/json"})
        answer = link.getresponse()
        body = json.loads(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"ejabberd: {name} gave {answer.status} {body}")
        return body

    def _make_rooms(self, numbers):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for n in numbers:
            room = {"name": f"r{n}", "service": SERVICE}
            self.call("create_room_with_opts", {**room, "host": HOST, "options": [
                {"name": "persistent", "value": "true"},
                {"name": "title", "value": f"group {n}"}]}, link)
            for m in range(MEMBERS):
                self.call("set_room_affiliation", {
                    **room, "jid": f"u{n + m}@{HOST}",
                    "affiliation": "owner" if m == 0 else "member"}, link)
        link.close()

    def make_rooms(self, count, threads=16):
        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            list(pool.map(self._make_rooms, [range(t, count, threads) for t in range(threads)]))

    def title(self, room):
        return self.call("get_room_options", {"name": room, "service": SERVICE})["title"]

    def update(self, rooms, connections, seconds, start=0):
        """Load of the five calls, those of one room apart from each other."""
        return load.run(f"http://127.0.0.1:{self.port}", "ejabberd.lua", start, rooms, MEMBERS,
                        HOST, connections=connections, seconds=seconds, pid=self.process.pid)
