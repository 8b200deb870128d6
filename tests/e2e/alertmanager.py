"""A real Alertmanager on the loopback, and the webhook that it calls."""

import http.server
import json
import shutil
import signal
import subprocess
import threading

import checks

CONFIG = """\
route: {{receiver: hook, group_by: [...], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}}
receivers: [{{name: hook, webhook_configs: [{{url: 'http://127.0.0.1:{hook}/', send_resolved: true}}]}}]
"""


class Webhook:
    """Keeps what it is told: [(status, labels, annotations)]."""

    def __init__(self):
        self.calls = []
        calls = self.calls

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # pylint: disable=invalid-name
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                calls.extend((one["status"], one["labels"], one["annotations"]) for one in body["alerts"])
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def told(self, status, **labels):
        """The calls of this status whose alert has these labels."""
        return [call for call in list(self.calls) if call[0] == status and labels.items() <= call[1].items()]


class Alertmanager:
    def __init__(self, context, hook):
        program = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
        if program is None:
            raise checks.Skip("there is no alertmanager program here")
        self.port = context.free_port()
        directory = context.directory / f"alertmanager-{self.port}"
        directory.mkdir()
        config = directory / "alertmanager.yml"
        config.write_text(CONFIG.format(hook=hook))
        with open(directory / "log", "wb") as log:
            # Without an address for its cluster it takes no further port.
            self._process = subprocess.Popen(
                [program, f"--config.file={config}", f"--storage.path={directory / 'data'}", "--cluster.listen-address=",
                 f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=context.kernel.environment(context.tag))

    def close(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
