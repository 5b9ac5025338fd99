"""HTTP for strangers' servers: read no more and no longer than agreed, follow nobody elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx2
from httpx2 import HTTPError

__all__ = ["MOST_BYTES", "HTTPError", "bounded_client"]

MOST_BYTES = 256_000
"""What an answer may weigh with everything around it; a text of ours is a hundredth of it."""


def bounded_client(timeout_s: float) -> httpx2.Client:
    """Return a client whose answers end after a time and a size.

    It uses no proxies of the environment and follows no redirects: a key goes where the settings say.
    """
    transport = _Bounded(httpx2.HTTPTransport(), timeout_s)
    return httpx2.Client(transport=transport, timeout=timeout_s, follow_redirects=False, trust_env=False)


class _Bounded(httpx2.BaseTransport):
    """Read no more and no longer than agreed, however the bytes come."""

    def __init__(self, inner: httpx2.BaseTransport, timeout_s: float) -> None:
        self._inner = inner
        self._timeout_s = timeout_s

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; its answer is cut off where it grows too large or too late."""
        # Packed, a small answer could become a huge one after it was counted.
        request.headers["Accept-Encoding"] = "identity"
        response = self._inner.handle_request(request)
        stream = response.stream
        if not isinstance(stream, httpx2.SyncByteStream):
            raise httpx2.ReadError("no stream")
        return httpx2.Response(
            response.status_code,
            headers=_plain(response.headers),
            stream=_BoundedStream(stream, time.monotonic() + self._timeout_s),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._inner.close()


def _plain(headers: httpx2.Headers) -> httpx2.Headers:
    return httpx2.Headers([item for item in headers.raw if item[0].lower() != b"content-encoding"])


class _BoundedStream(httpx2.SyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream, end: float) -> None:
        self._inner = inner
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for chunk in self._inner:
            read += len(chunk)
            if read > MOST_BYTES:
                raise httpx2.ReadError("too much")
            if time.monotonic() > self._end:
                raise httpx2.ReadTimeout("too slow")
            yield chunk

    def close(self) -> None:
        self._inner.close()
