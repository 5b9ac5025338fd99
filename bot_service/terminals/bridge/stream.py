"""A socket for RPyC that keeps deadlines in the middle of an answer, too."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

from rpyc.core.stream import SocketStream


class DeadlineStream(SocketStream):  # type: ignore[misc]  # RPyC is untyped
    """Read and write until a moment of the monotonic clock, then break.

    RPyC's own waits keep a deadline only until the first byte of an answer has come.
    """

    def __init__(self, connected: socket.socket) -> None:
        super().__init__(connected)
        self.until = time.monotonic()

    def read(self, count: int) -> bytes:
        """Return exactly so many bytes.

        Raises:
            EOFError: the other end is gone, or it is too late.
        """
        chunks = []
        while count > 0:
            try:
                self.sock.settimeout(self._left_s())
                chunk = self.sock.recv(min(self.MAX_IO_CHUNK, count))
            except OSError as error:
                self.close()
                raise EOFError(str(error)) from error
            if not chunk:
                self.close()
                raise EOFError("connection closed by the other end")
            chunks.append(chunk)
            count -= len(chunk)
        return b"".join(chunks)

    def write(self, data: bytes) -> None:
        """Send all bytes.

        Raises:
            EOFError: the other end is gone, or it is too late.
        """
        try:
            self.sock.settimeout(self._left_s())
            self.sock.sendall(data)
        except OSError as error:
            self.close()
            raise EOFError(str(error)) from error

    def break_off(self) -> None:
        """Break the connection from any thread; a read that waits ends."""
        with suppress(OSError, EOFError, AttributeError):  # closed already
            self.sock.shutdown(socket.SHUT_RDWR)

    def _left_s(self) -> float:
        left_s = self.until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("too late")
        return left_s
