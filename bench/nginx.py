# SPDX-License-Identifier: Apache-2.0
"""nginx.py -- nginx that answers 200 with a short body, one worker, in a folder of its own."""
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

CONFIG = """
daemon off;
master_process off;
worker_processes 1;
pid {home}/pid;
error_log {home}/error.log;
events {{ worker_connections 12000; }}
http {{
	access_log off;
	keepalive_requests 1000000000;
	client_body_temp_path {home}/body;
	proxy_temp_path {home}/proxy;
	fastcgi_temp_path {home}/fastcgi;
	uwsgi_temp_path {home}/uwsgi;
	scgi_temp_path {home}/scgi;
	server {{
		listen 127.0.0.1:{port};
		default_type application/json;
		location / {{ return 200 '{body}'; }}
	}}
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def await_port(process, port, what, seconds=30):
    """Waits until somebody listens there."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{what} does not listen; it ended with {process.poll()}")


class Nginx:
    def __init__(self, body):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="qun-nginx-"))
        self.port = free_port()
        (self.home / "nginx.conf").write_text(
            CONFIG.format(home=self.home, port=self.port, body=body))

    def __enter__(self):
        self.process = subprocess.Popen(
            [shutil.which("nginx") or "/usr/sbin/nginx", "-c", self.home / "nginx.conf",
             "-p", self.home, "-e", self.home / "error.log"])
        await_port(self.process, self.port, "nginx")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.home)
