"""A bot without a service behind it: it sends what a test says and tells what it heard."""

from __future__ import annotations

import httpx

TOKEN = "123456:" + "A" * 35
OWNER = 1001


class Bot:
    """Talk to a local chat as its bot, and order what people do there."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.call("getUpdates")

    def raw(self, method: str, **parameters: object) -> httpx.Response:
        """Call a method and return the answer as it is."""
        return httpx.post(f"{self.url}/bot{TOKEN}/{method}", json=parameters, trust_env=False)

    def call(self, method: str, **parameters: object):
        """Call a method that succeeds."""
        answer = self.raw(method, **parameters).json()
        assert answer["ok"], answer
        return answer["result"]

    def send(self, text: str, **parameters: object) -> int:
        """Write to the owner; return the message's id."""
        return self.call("sendMessage", chat_id=OWNER, text=text, **parameters)["message_id"]

    def document(self, name: str, content: bytes) -> None:
        """Send the owner a file."""
        address = f"{self.url}/bot{TOKEN}/sendDocument"
        answer = httpx.post(
            address, data={"chat_id": OWNER}, files={"document": (name, content)}, trust_env=False
        )
        assert answer.json()["ok"]

    def heard(self) -> list[dict]:
        """Return the messages that people sent."""
        return [update["message"] for update in self.call("getUpdates") if "message" in update]

    def sim(self, deed: str, **body: object) -> dict:
        """Order what a person does."""
        answer = httpx.post(f"{self.url}/sim/{deed}", json=body, trust_env=False)
        assert answer.status_code == 200, answer.text
        return answer.json()
