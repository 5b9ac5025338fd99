"""A demo in a process of its own, and the phone that a person would hold: used by tests and screenshots."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

WIDTH, HEIGHT = 390, 844
STARTED_WITHIN_S = 60
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """Return where Chromium is, None where it isn't."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    """`bot-service demo` as a process; talk to it through the simulated chat."""

    def __init__(self, data_dir: Path, *options: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "bot_service", "demo", "--no-browser", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data-dir", str(data_dir), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
        )

    def ask(self, path: str, body: dict | None = None) -> dict:
        """Call the simulated chat's own interface."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def say(self, text: str, **fields: object) -> dict:
        """Send a message as the owner."""
        return self.ask("/sim/message", {"text": text, **fields})

    def messages(self, after: int = 0) -> list[dict]:
        """Return the transcript's messages."""
        return self.ask(f"/sim/transcript?after={after}")["messages"]

    def wait_for(self, wanted, within_s: float, after: int = 0) -> dict:
        """Return the first message from the bot that `wanted` accepts."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            for message in self.messages(after):
                if message.get("from", {}).get("is_bot") and wanted(message):
                    return message
            time.sleep(0.1)
        raise AssertionError(f"no such message within {within_s} s: {self.messages(after)}")

    def wait_until_it_listens(self) -> None:
        """Wait for the page."""
        deadline = time.monotonic() + STARTED_WITHIN_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the demo ended: {self.process.stdout.read()}")
            try:
                self.messages()
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the demo does not listen")

    def end(self) -> int:
        """End it as Ctrl-C does and return the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@contextmanager
def running_demo(data_dir: Path, *options: str):
    """Run a demo until the block ends."""
    demo = Demo(data_dir, *options)
    try:
        demo.wait_until_it_listens()
        yield demo
    finally:
        demo.end()
        demo.process.stdout.close()


@contextmanager
def opened_page(url: str, *, dark: bool = False):
    """Open the chat page in headless Chromium, as wide as a phone; `page.troubles` collects its errors."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT},
            device_scale_factor=2,
            color_scheme="dark" if dark else "light",
        )
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("console", lambda line: page.troubles.append(line.text) if line.type == "error" else None)
        page.goto(url)
        yield page
        browser.close()


def send(page: Page, text: str) -> None:
    """Type a message and send it."""
    page.fill("#text", text)
    page.click("#send")


def tap(page: Page, data: str, *, within_s: float = 30) -> None:
    """Tap the newest button whose data begins so."""
    button = page.locator(f'.keyboard button[data-data^="{data}"]').last
    button.scroll_into_view_if_needed(timeout=within_s * 1000)
    button.click(timeout=within_s * 1000)


def wait_for_button(page: Page, data: str, *, within_s: float = 30) -> None:
    """Wait until a button whose data begins so is there."""
    expect(page.locator(f'.keyboard button[data-data^="{data}"]').last).to_be_visible(timeout=within_s * 1000)


def newest(page: Page) -> str:
    """Return the text of the newest message from the bot."""
    return page.locator(".message.bot .bubble").last.inner_text()
