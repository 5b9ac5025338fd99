"""A chat server that answers as it is told to: well, wrongly, slowly, hugely, or in pieces."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def completion(text: str) -> bytes:
    """Return a whole answer of the chat interface."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "fake", "choices": [choice]}
    return json.dumps(body).encode()


class WriterServer:
    """Answer each request by `reply(request body) -> (status, headers, chunks)`; remember what was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.reply: Callable[[dict[str, Any]], Any] = lambda _body: self.says("{}")
        self.ended = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(body)
                outer.keys.append(self.headers["Authorization"])
                status, headers, chunks = outer.reply(body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    for chunk in chunks:
                        self.wfile.write(chunk)
                        self.wfile.flush()
                except OSError:
                    pass
                self.close_connection = True

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def says(self, text: str) -> Any:
        """Return a well-formed answer with this text."""
        return self.sends(completion(text))

    def sends(self, body: bytes, status: int = 200, **headers: str) -> Any:
        """Return an answer with this body."""
        return (
            status,
            {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers},
            [body],
        )

    def drips(self, every_s: float) -> Any:
        """Return an answer that comes byte by byte and never ends."""

        def chunks() -> Iterator[bytes]:
            while not self.ended.is_set():
                yield b" "
                time.sleep(every_s)

        return 200, {"Content-Type": "application/json"}, chunks()

    def floods(self) -> Any:
        """Return an answer of endless size."""

        def chunks() -> Iterator[bytes]:
            yield b'{"choices": [{"message": {"content": "'
            while not self.ended.is_set():
                yield b"x" * 65_536

        return 200, {"Content-Type": "application/json"}, chunks()

    def packed(self, text: str) -> Any:
        """Return an answer that is small only while it is packed, though nobody asked for that."""
        return self.sends(gzip.compress(completion(text)), 200, **{"Content-Encoding": "gzip"})

    def streams(self, text: str) -> Any:
        """Return an answer as a stream of events, though nobody asked for one."""
        delta = json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]})
        return (
            200,
            {"Content-Type": "text/event-stream"},
            [f"data: {delta}\n\n".encode(), b"data: [DONE]\n\n"],
        )

    def close(self) -> None:
        """Stop serving."""
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def writer_server() -> Iterator[WriterServer]:
    """Serve while the block runs."""
    server = WriterServer()
    try:
        yield server
    finally:
        server.close()
