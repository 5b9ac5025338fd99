"""A Writer behind any server with OpenAI's chat interface, a local Ollama for example."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from bot_service.ports import WriterSilent

log = logging.getLogger(__name__)

MOST_TOKENS = 1500


class ChatWriter:
    """Ask a server once, without a second try; wait for the whole answer no longer than `timeout_s`.

    The address may be another machine's: what is sent there is decided where the material is made. The key
    is a secret and never logged.
    """

    def __init__(self, url: str, model: str, key: str = "", timeout_s: float = 20.0) -> None:
        self._url = url
        self._model = model
        self._key = key
        self._timeout_s = timeout_s
        self._closed = threading.Event()

    def write(self, instruction: str, material: str) -> str:
        """Return its answer as it came.

        Raises:
            WriterSilent: it can't be reached, is too slow, or answers too much.
        """
        answer: list[str | WriterSilent] = []
        done = threading.Event()

        def ask() -> None:
            answer.append(self._answer(instruction, material))
            done.set()

        # A thread of its own: a server that drips bytes could hold a plain call far beyond its timeout.
        threading.Thread(target=ask, name="writer", daemon=True).start()
        end = time.monotonic() + self._timeout_s
        while not done.wait(0.05):
            if time.monotonic() > end or self._closed.is_set():
                raise WriterSilent("timeout" if not self._closed.is_set() else "closed")
        if isinstance(answer[0], WriterSilent):
            raise answer[0]
        return answer[0]

    def close(self) -> None:
        """Wait for no answer any more."""
        self._closed.set()

    def _answer(self, instruction: str, material: str) -> str | WriterSilent:
        # Loading the client takes a second, and most services never need it.
        import openai  # noqa: PLC0415

        from bot_service.outbound.bounded import HTTPError  # noqa: PLC0415

        try:
            with self._client() as client:
                found: Any = client.chat.completions.create(
                    model=self._model,
                    messages=[
                        {"role": "system", "content": instruction},
                        {"role": "user", "content": material},
                    ],
                    max_tokens=MOST_TOKENS,
                    temperature=0.7,
                )
            return _text(found)
        except openai.APIStatusError as error:
            return WriterSilent(f"http_{error.status_code}")
        except openai.APITimeoutError:
            return WriterSilent("timeout")
        except (openai.OpenAIError, HTTPError) as error:
            return WriterSilent(type(error).__name__)
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            # The client trusts the shape of what it gets; a stranger's server may send anything.
            return WriterSilent(f"shape_{type(error).__name__}")

    def _client(self) -> Any:
        import openai  # noqa: PLC0415  # as above

        from bot_service.outbound.bounded import bounded_client  # noqa: PLC0415  # as above

        return openai.OpenAI(
            base_url=self._url,
            api_key=self._key or "none",
            timeout=self._timeout_s,
            max_retries=0,
            http_client=bounded_client(self._timeout_s),
        )


def _text(found: Any) -> str | WriterSilent:
    choices = getattr(found, "choices", None)
    if not choices:
        return WriterSilent("empty")
    text = choices[0].message.content
    return text if isinstance(text, str) and text else WriterSilent("empty")
