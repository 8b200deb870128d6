"""Headless Chromium, driven by its own protocol over two pipes."""

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import time

from checks import Failure, Skip, wait_until


class Browser:
    """One browser with a profile of its own. What its pages ask for and complain about is kept."""

    def __init__(self, context):
        program = shutil.which("chromium")
        if program is None:
            raise Skip("there is no chromium")
        here, there = os.pipe(), os.pipe()  # to the browser, and from it
        words = [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                 "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 f"--user-data-dir={context.directory / 'chromium'}", "--remote-debugging-pipe", "about:blank"]
        shell = f'exec "$@" 3<&{here[0]} 4>&{there[1]}'
        with open(context.directory / "chromium.log", "wb") as log:
            self._process = subprocess.Popen(["sh", "-c", shell, "sh", *words], pass_fds=(here[0], there[1]),
                                             stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             env={**context.kernel.environment(context.tag), "HOME": str(context.directory)})
        os.close(here[0])
        os.close(there[1])
        self._out, self._in = here[1], there[0]
        self._buffer = b""
        self._number = 0
        self.session = None
        self.requests, self.complaints = [], []

    def close(self):
        with contextlib.suppress(OSError):
            os.write(self._out, json.dumps({"id": 0, "method": "Browser.close"}).encode() + b"\0")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._out)
        os.close(self._in)

    def _message(self, deadline):
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))
            block = os.read(self._in, 1 << 20) if ready else b""
            if not block:
                raise Failure("Chromium does not answer")
            self._buffer += block
        text, _, self._buffer = self._buffer.partition(b"\0")
        message = json.loads(text)
        parameters = message.get("params", {})
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif message.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded") or (
                message.get("method") == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert")):
            self.complaints.append(json.dumps(parameters)[:500])
        return message

    def call(self, method, seconds=60.0, **parameters):
        """The result of one command."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        os.write(self._out, json.dumps(command).encode() + b"\0")
        deadline = time.monotonic() + seconds
        while True:
            message = self._message(deadline)
            if message.get("id") == self._number:
                if "error" in message:
                    raise Failure(f"{method}: {message['error']}")
                return message["result"]

    def page(self):
        """Opens a page to work with."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            self.call(f"{domain}.enable")

    def go(self, url):
        self.call("Page.navigate", url=url)
        wait_until(f"{url} in the browser", lambda: self.run("document.readyState") == "complete" and self.run("location.href") == url)

    def run(self, script):
        """The value of an expression in the page."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise Failure(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press(self, key):
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode={"Tab": 9, "Enter": 13, " ": 32}[key])

    def size(self, width, height, scale=1):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=width < 600)

    def scheme(self, name):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def picture(self, path, whole=True):
        data = self.call("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))
