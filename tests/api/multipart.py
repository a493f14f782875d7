# SPDX-License-Identifier: Apache-2.0
"""multipart.py -- bodies of multipart/form-data, as curl sends them."""
BOUNDARY = "------------------------d74496d66958873e"


def field(name, value):
    return f'Content-Disposition: form-data; name="{name}"', value.encode()


def file(content, name="media", filename="a.png", kind="application/octet-stream"):
    return (f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
            f"Content-Type: {kind}", content)


def encode(*parts):
    """(body, headers) of these parts."""
    pieces = [b"--%s\r\n%s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), head.encode(), value)
              for head, value in parts]
    body = b"".join(pieces) + b"--%s--\r\n" % BOUNDARY.encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
