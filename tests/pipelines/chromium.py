"""A page in headless Chromium, driven through its DevTools protocol, with the network watched."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import WebSocketClientConnection, websocket_connect

NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0",
)  # fmt: skip
_SECONDS = 60.0


def find() -> str | None:
    """The browser's program, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """A tab. `complaints` are the console's errors and warnings; `requests` the addresses it asked for."""

    def __init__(self, loop: asyncio.AbstractEventLoop, socket: WebSocketClientConnection) -> None:
        self._loop, self._socket, self._count = loop, socket, 0
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._loaded = False
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Run a method of the protocol and give its result."""
        return self._loop.run_until_complete(asyncio.wait_for(self._call(method, parameters), _SECONDS))

    async def _call(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._count += 1
        number = self._count
        await self._socket.write_message(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = await self._next()
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return dict(message["result"])

    async def _next(self) -> dict[str, Any]:
        content = await self._socket.read_message()
        if content is None:
            raise RuntimeError("the browser went away")
        message: dict[str, Any] = json.loads(content)
        method, told = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told["exceptionDetails"])[:500])
        elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            self.complaints.append(json.dumps(told["args"])[:500])
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.complaints.append(told["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method == "Page.loadEventFired":
            self._loaded = True
        return message

    def open(self, path: Path, width: int = 1200, height: int = 900) -> None:
        """Load a file from disk into a window of that size and wait until it has loaded."""
        self.resize(width, height)
        self._loaded = False
        self.call("Page.navigate", url=path.resolve().as_uri())

        async def load() -> None:
            while not self._loaded:
                await self._next()

        self._loop.run_until_complete(asyncio.wait_for(load(), _SECONDS))

    def resize(self, width: int, height: int) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(str(found["exceptionDetails"])[:500])
        return found["result"].get("value")

    def screenshot(self) -> bytes:
        """The window as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])


@contextmanager
def browser(program: str, profile: Path) -> Iterator[Page]:
    """A tab of a new browser with an empty profile; the browser ends with the block."""
    process = subprocess.Popen(
        [program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    loop = asyncio.new_event_loop()
    try:
        page = Page(loop, loop.run_until_complete(asyncio.wait_for(_connect(_port(process)), _SECONDS)))
        yield page
    finally:
        process.kill()
        process.wait()
        loop.close()


def _port(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        found = re.search(r"DevTools listening on ws://127\.0\.0\.1:(\d+)", line)
        if found:
            return found[1]
    raise RuntimeError("the browser did not start")


async def _connect(port: str) -> WebSocketClientConnection:
    answer = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/json/list")
    tab = next(target for target in json.loads(answer.body) if target["type"] == "page")
    return await websocket_connect(tab["webSocketDebuggerUrl"], max_message_size=1 << 28)
