# SPDX-License-Identifier: Apache-2.0
"""servers.py -- Qun's HTTP server and four others, each answering what it understood.

Each runs on a free port of 127.0.0.1, in a temporary folder, with a configuration of its own
that changes nothing about how requests are read. All answer 200 with "METHOD TARGET", a line
end, and the body they saw (HAProxy: in hexadecimal). Stopped by their own pids.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

NGINX = """
load_module {modules}/ngx_http_echo_module.so;
daemon off; master_process off; worker_processes 1; pid {home}/pid; error_log {home}/log;
events {{ worker_connections 1000; }}
http {{
 access_log off; client_body_buffer_size 64k; client_body_temp_path {home}/body;
 proxy_temp_path {home}/t1; fastcgi_temp_path {home}/t2; uwsgi_temp_path {home}/t3;
 scgi_temp_path {home}/t4;
 server {{ listen 127.0.0.1:{port} backlog=1000;
  location / {{ echo_read_request_body; echo "$request_method $request_uri"; echo_request_body; }}
 }}
}}
"""
APACHE = """
ServerRoot {home}
PidFile {home}/pid
ErrorLog {home}/log
Listen 127.0.0.1:{port}
ServerName localhost
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule env_module {modules}/mod_env.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_http_module {modules}/mod_proxy_http.so
StartServers 1
ServerLimit 1
ThreadsPerChild 32
MaxRequestWorkers 32
MaxKeepAliveRequests 0
KeepAliveTimeout 5
User {user}
Group {group}
SetEnv proxy-sendcl 1
ProxyPass / http://127.0.0.1:{behind}/ nocanon
"""
HAPROXY = """
global
 maxconn 1000
defaults
 mode http
 timeout client 5s
 timeout http-request 5s
 timeout http-keep-alive 5s
frontend echo
 bind 127.0.0.1:{port}
 http-request wait-for-body time 4s
 http-request return status 200 content-type text/plain lf-string "%[method] %[url]\\n%[req.body,hex]"
"""
# Left to itself, Node.js drops the answers to what came before a malformed request in one piece.
NODE = """
const server = require("http").createServer((q, a) => {
  const parts = [Buffer.from(q.method + " " + q.url + "\\n")];
  q.on("data", d => parts.push(d));
  q.on("end", () => a.end(Buffer.concat(parts)));
});
server.on("clientError", (e, s) => setImmediate(() => {
  if (s.writable) s.end("HTTP/1.1 400 Bad Request\\r\\nConnection: close\\r\\n\\r\\n");
}));
server.listen(process.argv[2], "127.0.0.1");
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def program(*names):
    return next((found for name in names if (found := shutil.which(name, path=os.environ["PATH"]
                 + ":/usr/sbin:/sbin"))), None)


class Server:
    """One server, while the block lasts. `why_not` says what is missing on this machine."""
    hexadecimal = False
    modules = None

    def __init__(self, build):
        self.build = build
        self.port = self.process = None
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="qun-proto-"))
        self.home.chmod(0o755)

    def write(self, name, text, **more):
        user, group = ("www-data", "www-data") if os.geteuid() == 0 else ("#-1", "#-1")
        text = text.format(home=self.home, port=self.port, modules=self.modules, user=user,
                           group=group, **more)
        path = self.home / name
        path.write_text(text)
        return str(path)

    def __enter__(self):
        self.port = free_port()
        with open(self.home / "out", "wb") as out:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=out, cwd=self.home)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 5).close()
                return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.02)
        said = "".join(path.read_text(errors="replace") for path in
                       (self.home / "out", self.home / "log") if path.exists())
        self.__exit__()
        raise RuntimeError(f"{self.name} did not start: {said}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    @classmethod
    def why_not(cls):
        if not program(*cls.programs):
            return f"{cls.programs[0]} is not installed"
        if cls.modules and not pathlib.Path(cls.modules).is_dir():
            return f"{cls.modules} is not there"
        return None


class Nginx(Server):
    name, programs, modules = "nginx", ("nginx",), "/usr/lib/nginx/modules"

    def command(self):
        return [program("nginx"), "-p", str(self.home), "-e", str(self.home / "log"), "-c",
                self.write("nginx.conf", NGINX)]


class Apache(Server):
    """It has no module of its own that shows a body, so it passes on what it understood, with a
    length, to an answerer behind it."""
    name, programs, modules = "apache", ("apache2",), "/usr/lib/apache2/modules"

    def __enter__(self):
        self.behind = Qun(self.build).__enter__()
        try:
            return super().__enter__()
        except BaseException:
            self.behind.__exit__()
            raise

    def __exit__(self, *_):
        super().__exit__()
        self.behind.__exit__()

    def command(self):
        return [program("apache2"), "-X", "-f",
                self.write("apache.conf", APACHE, behind=self.behind.port)]


class Haproxy(Server):
    name, programs, hexadecimal = "haproxy", ("haproxy",), True

    def command(self):
        return [program("haproxy"), "-db", "-f", self.write("haproxy.cfg", HAPROXY)]


class Node(Server):
    name, programs = "node", ("node", "nodejs")

    def command(self):
        (self.home / "echo.js").write_text(NODE)
        return [program("node", "nodejs"), str(self.home / "echo.js"), str(self.port)]


class Qun:
    """The server of src/net/, from a build with -Dplants=true; with a fault, if one is named."""
    name, hexadecimal = "qun", False

    def __init__(self, build, fault=None):
        self.path, self.fault = build / "tests" / "safety" / "proto" / "proto-echo", fault

    def __enter__(self):
        env = {k: v for k, v in os.environ.items() if k != "QUN_PLANT"}
        if self.fault:
            env["QUN_PLANT"] = self.fault
        self.process = subprocess.Popen([self.path], env=env, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.status = self.process.wait(30)
        self.process.stdout.close()


REFERENCES = [Nginx, Apache, Haproxy, Node]
