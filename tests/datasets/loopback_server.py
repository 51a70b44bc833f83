"""A web server on this machine that behaves well or badly, as the path asks. Prints its port.

/full      the content; answers ranges
/plain     the content; ignores ranges
/tail      the content, only to those who ask for a range
/cut       half of the content, then closes although it promised all
/wrong     other bytes of the same size; answers ranges
/more      the content twice
/hang      accepts and never answers
/stall     half of the content, then silence
/to-full   sends on to /full
/to-file   sends on to a file of this machine
"""
import http.server
import sys
import threading

CONTENT = bytes((i * i // 7) % 256 for i in range(200_000))
HALF = len(CONTENT) // 2
FOREVER = threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, content, promised=None, ranges=True):
        asked = self.headers.get("Range")
        begin = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and ranges else 0
        if begin >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header(
                "Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str((promised or len(content)) - begin))
        self.end_headers()
        self.wfile.write(content[begin:])
        self.wfile.flush()

    def send_on(self, place):
        self.send_response(302)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        if self.path == "/full":
            self.answer(CONTENT)
        elif self.path == "/plain":
            self.answer(CONTENT, ranges=False)
        elif self.path == "/tail" and "Range" in self.headers:
            self.answer(CONTENT)
        elif self.path == "/cut":
            self.answer(CONTENT[:HALF], promised=len(CONTENT))
        elif self.path == "/wrong":
            self.answer(CONTENT[::-1])
        elif self.path == "/more":
            self.answer(CONTENT * 2)
        elif self.path == "/hang":
            FOREVER.wait()
        elif self.path == "/stall":
            self.answer(CONTENT[:HALF], promised=len(CONTENT))
            FOREVER.wait()
        elif self.path == "/to-full":
            self.send_on("/full")
        elif self.path == "/to-file":
            self.send_on("file:///etc/hostname")
        else:
            self.send_error(404)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
sys.stdout.close()
server.serve_forever()
