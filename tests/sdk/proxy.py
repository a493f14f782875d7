# SPDX-License-Identifier: Apache-2.0
"""proxy.py -- a TCP proxy on a free port of the loopback address, in threads of the test.

    Recorder(port)     keeps what each connection's client sent: .requests
    Cutter(port, due)  closes a connection when an answer begins and due() holds, before a byte
                       of it has reached the client: the change is made, its answer is lost
"""
import socket
import threading


class Proxy:
    def __init__(self, target):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads, self.lock = [], threading.Lock()
        self.open, self.closed = set(), False

    def __enter__(self):
        self._start(self._accept)
        return self

    def __exit__(self, *_):
        self.closed = True
        self.listener.close()
        # accept() does not wake up by close: the thread is a daemon's, and ends with the next peer
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            pass
        with self.lock:
            for sock in self.open:
                self._shut(sock)
        for thread in self.threads:
            thread.join(10)

    def _start(self, work, *args):
        thread = threading.Thread(target=work, args=args, daemon=True)
        self.threads.append(thread)
        thread.start()

    @staticmethod
    def _shut(sock):
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _accept(self):
        while not self.closed:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.closed:
                client.close()
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            with self.lock:
                self.open |= {client, server}
            link = self.opened()
            self._start(self._pump, client, server, lambda data: self.from_client(link, data))
            self._start(self._pump, server, client, lambda data: self.from_server(link, data))

    def _pump(self, source, sink, see):
        try:
            while data := source.recv(65536):
                if not see(data):
                    break
                sink.sendall(data)
        except OSError:
            pass
        finally:
            self._shut(source)
            self._shut(sink)

    def opened(self):
        """What the two sides of one connection share."""
        return {}

    def from_client(self, link, data):
        return True

    def from_server(self, link, data):
        """False: the connection is closed, and `data` is not passed on."""
        return True


class Recorder(Proxy):
    def __init__(self, target):
        super().__init__(target)
        self.requests = []

    def opened(self):
        link = bytearray()
        self.requests.append(link)
        return link

    def from_client(self, link, data):
        link += data
        return True


class Cutter(Proxy):
    """Cuts when `due()` says that the server has made the change: it is asked when bytes come
    from the server, which over TLS may be those of the handshake. At most `cuts` times."""

    def __init__(self, target, due, cuts=1):
        super().__init__(target)
        self.due, self.left, self.cut = due, cuts, 0

    def from_server(self, link, data):
        with self.lock:
            if self.left and self.due():
                self.left -= 1
                self.cut += 1
                return False
        return True
