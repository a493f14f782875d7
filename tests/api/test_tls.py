# SPDX-License-Identifier: Apache-2.0
"""TLS: versions, names, trust, certificates of one's own, and what happens to who speaks something
else. Reloading is test_lifecycle's."""
import http.client
import pathlib
import shutil
import socket
import ssl
import stat
import tempfile
import threading
import unittest
import warnings

import multipart
import qun
import wire

NAMES = ["localhost", "127.0.0.1", "::1", "api.dingtalk.com", "api.dingtalk.io",
         "oapi.dingtalk.com", "oapi.dingtalk.io"]
V1_1, V1_2, V1_3 = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
TOKEN = "tok-dingcorp1"
UPDATE = "/v1.0/im/group/update"


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = qun.Server(tls=True)
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        cls.server.load(qun.small_world())

    def context(self, low=None, high=None, ciphers=None):
        context = self.server.tls_context()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            if low:
                context.minimum_version = low
            if high:
                context.maximum_version = high
        if ciphers:
            context.set_ciphers(ciphers)
        return context

    def shake(self, context, name="localhost", port=None):
        sock = socket.create_connection(("127.0.0.1", port or self.server.tls_port), qun.START_S)
        try:
            return context.wrap_socket(sock, server_hostname=name)
        except BaseException:
            sock.close()
            raise

    def assert_works(self, tls):
        with tls:
            tls.sendall(wire.post(UPDATE, b'{"chatid":"chat1"}', "x-acs-dingtalk-access-token: "
                                  + TOKEN, "Connection: close"))
            got = qun.read_all(tls)
        self.assertTrue(got.startswith(b"HTTP/1.1 200 OK\r\n"), got)
        self.assertTrue(got.endswith(b'{"success":true}'), got)

    def assert_alive(self):
        self.assertEqual(self.server.request("GET", "/_qun/readyz", tls=True).status, 200)

    # ---- versions ----

    def test_1_2_and_1_3_are_accepted(self):
        for version, said in ((V1_2, "TLSv1.2"), (V1_3, "TLSv1.3")):
            with self.subTest(version=said):
                tls = self.shake(self.context(version, version))
                self.assertEqual(tls.version(), said)
                self.assertIsNone(tls.compression())
                self.assertTrue("GCM" in tls.cipher()[0] or "CHACHA20" in tls.cipher()[0])
                self.assert_works(tls)

    def test_1_3_is_chosen_where_both_can(self):
        tls = self.shake(self.context())
        self.assertEqual(tls.version(), "TLSv1.3")
        self.assert_works(tls)

    def test_1_1_is_refused_by_the_server(self):
        context = self.context(V1_1, V1_1, "ALL:@SECLEVEL=0")
        with self.assertRaises(ssl.SSLError) as refused:
            self.shake(context)
        self.assertIn("ALERT_PROTOCOL_VERSION", refused.exception.reason)
        self.assert_alive()

    def test_no_suite_without_authenticated_encryption(self):
        for suite in ("ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA384",
                      "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-NULL-SHA", "AECDH-AES128-SHA"):
            context = self.context(V1_2, V1_2, suite + ":@SECLEVEL=0")
            with self.subTest(suite=suite), \
                    self.assertRaisesRegex(ssl.SSLError, "alert handshake failure"):
                self.shake(context)
        self.assert_alive()

    def test_who_offers_http_2_gets_http_1_1(self):
        for offer in (["h2", "http/1.1"], ["http/1.1"], ["h2"]):
            context = self.context()
            context.set_alpn_protocols(offer)
            with self.subTest(offer=offer):
                try:
                    tls = self.shake(context)
                except ssl.SSLError as refused:  # RFC 7301: no protocol in common
                    self.assertEqual(offer, ["h2"])
                    self.assertIn("alert no application protocol", str(refused))
                    continue
                self.assertIn(tls.selected_alpn_protocol(), (None, "http/1.1"))
                self.assert_works(tls)

    # ---- trust ----

    def test_every_name_is_in_the_certificate(self):
        for name in NAMES:
            with self.subTest(name=name):
                self.assert_works(self.shake(self.context(), name))

    def test_no_other_name_is(self):
        for name in ("example.org", "dingtalk.com", "x.api.dingtalk.com", "127.0.0.2"):
            with self.subTest(name=name), self.assertRaises(ssl.SSLCertVerificationError):
                self.shake(self.context(), name)
        self.assert_alive()

    def test_the_names_are_exactly_these(self):
        with self.shake(self.context()) as tls:
            names = [v.strip() for _, v in tls.getpeercert()["subjectAltName"]]
        self.assertEqual(sorted(names), sorted("0:0:0:0:0:0:0:1" if n == "::1" else n
                                               for n in NAMES))

    def test_it_is_not_trusted_without_the_ca(self):
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.shake(ssl.create_default_context())
        with qun.Server(tls=True) as other:
            with self.assertRaises(ssl.SSLCertVerificationError):
                self.shake(other.tls_context())
        self.assert_alive()

    def test_keys_are_the_owners_only(self):
        for path in (self.server.data / "tls").iterdir():
            if b"PRIVATE KEY" in path.read_bytes():
                self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)
        self.assertNotIn(b"PRIVATE KEY", self.server.ca.read_bytes())

    def test_a_certificate_of_ones_own(self):
        with tempfile.TemporaryDirectory(prefix="qun-test-") as home:
            home = pathlib.Path(home)
            for name in ("ca", "cert", "key"):
                shutil.copy(self.server.data / "tls" / f"{name}.pem", home / f"{name}.pem")
            with qun.Server("--tls-listen", "127.0.0.1:0", "--tls-cert", home / "cert.pem",
                            "--tls-key", home / "key.pem") as server:
                server.load(qun.small_world())
                self.assert_works(self.shake(self.context(), port=server.tls_port))
                self.assertFalse((server.data / "tls").exists())

    # ---- what goes through ----

    def test_the_same_answers_as_without(self):
        for method, path, body in (
                ("POST", UPDATE, {"chatid": "chat1"}), ("POST", UPDATE, {"chatid": "none"}),
                ("GET", "/chat/get?access_token=tok-dingcorp1&chatid=chat1", None),
                ("POST", "/v1.0/oauth2/accessToken", {"appKey": "app-dingcorp1",
                                                      "appSecret": "secret-dingcorp1"})):
            plain, tls = (self.server.call(path, body, TOKEN, method=method, tls=t)
                          for t in (False, True))
            self.assertEqual(tls.status, plain.status)
            self.assertEqual({**tls.json, "requestid": ""}, {**plain.json, "requestid": ""})

    def test_many_requests_on_one_connection(self):
        link = self.server.connect(tls=True)
        for i in range(100):
            got = self.server.call(UPDATE, {"chatid": "chat1", "name": f"t{i}"}, TOKEN,
                                   connection=link)
            self.assertEqual(got.json, {"success": True})
        link.close()
        self.assertEqual(self.server.group("chat1")["name"], "t99")

    def test_pipelined_and_byte_by_byte(self):
        sent = wire.post(UPDATE, b'{"chatid":"chat1"}', "x-acs-dingtalk-access-token: " + TOKEN)
        with wire.Wire(self.server, tls=True) as w:
            w.send(sent * 50)
            self.assertEqual([w.answer().status for _ in range(50)], [200] * 50)
            for i in range(len(sent)):  # each byte a record of its own
                w.send(sent[i:i + 1])
            self.assertEqual(w.answer().json, {"success": True})

    def test_large_bodies(self):
        link = self.server.connect(tls=True)
        body = b'{"chatid":"chat1"}'.ljust(1 << 20)
        got = self.server.call(UPDATE, body, TOKEN, connection=link)
        self.assertEqual(got.json, {"success": True})
        media, kind = multipart.encode(
            multipart.field("type", "image"), multipart.field("access_token", TOKEN),
            multipart.file(b"\x89PNG\r\n\x1a\n".ljust(20 << 20, b"\5")))
        got = self.server.request("POST", "/media/upload", media, kind, connection=link)
        self.assertEqual(got.json["errcode"], 0)
        link.close()

    def test_a_client_that_closes_its_side_gets_its_answer(self):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context().wrap_bio(incoming, outgoing, server_hostname="localhost")
        with socket.create_connection(("127.0.0.1", self.server.tls_port), qun.START_S) as sock:
            def pump(step):
                while True:
                    try:
                        return step()
                    except ssl.SSLWantReadError:
                        sock.sendall(outgoing.read())
                        part = sock.recv(65536)
                        incoming.write(part) if part else incoming.write_eof()
            pump(tls.do_handshake)
            tls.write(wire.post(UPDATE, b'{"chatid":"chat1"}',
                                "x-acs-dingtalk-access-token: " + TOKEN))
            try:
                tls.unwrap()  # close_notify, right after the request
            except ssl.SSLWantReadError:
                pass
            sock.sendall(outgoing.read())
            sock.shutdown(socket.SHUT_WR)
            got = qun.read_all(sock)
        self.assertGreater(len(got), 200, "no answer was sent")
        self.assert_alive()

    def test_many_at_once(self):
        failed = []

        def run():
            try:
                self.assert_works(self.shake(self.context()))
            except BaseException as e:  # told in the main thread
                failed.append(e)
        threads = [threading.Thread(target=run) for _ in range(50)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(failed, [])

    # ---- who speaks something else ----

    def test_plain_http_on_the_tls_port(self):
        with socket.create_connection(("127.0.0.1", self.server.tls_port), qun.START_S) as sock:
            sock.sendall(wire.head("GET", "/_qun/healthz"))
            try:
                got = qun.read_all(sock)
            except ConnectionResetError:
                got = b""
        self.assertNotIn(b"HTTP/1.1 200", got)
        link = http.client.HTTPConnection("127.0.0.1", self.server.tls_port, timeout=qun.START_S)
        with self.assertRaises((http.client.HTTPException, ConnectionError)):
            link.request("GET", "/_qun/healthz")
            link.getresponse()
        link.close()
        self.assert_alive()

    def test_tls_on_the_plain_port(self):
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.shake(self.context(), port=self.server.port)
        self.assert_alive()

    def test_noise_and_silence(self):
        hello = b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"
        for sent in (b"", b"\0", b"\x16", hello, hello + bytes(4000), b"\xff" * 100000,
                     b"\x80\x2e\1\0\2" + bytes(60), b"\x15\x03\x03\0\2\2\0"):
            with socket.create_connection(("127.0.0.1", self.server.tls_port),
                                          qun.START_S) as sock:
                try:
                    sock.sendall(sent)
                    sock.shutdown(socket.SHUT_WR)
                    qun.read_all(sock)
                except OSError:
                    pass
        self.assert_alive()


if __name__ == "__main__":
    unittest.main()
