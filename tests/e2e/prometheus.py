"""A real Prometheus on the loopback that scrapes exporters, and itself, every second."""

import json
import math
import shutil
import signal
import subprocess
import urllib.parse

import checks
import web

CONFIG = """\
global: {{scrape_interval: {interval}s, scrape_timeout: {interval}s, evaluation_interval: {interval}s}}
rule_files: {rules}
alerting: {{alertmanagers: [{{static_configs: [{{targets: {alertmanagers}}}]}}]}}
scrape_configs:
  - job_name: winjob
    file_sd_configs: [{{files: ['{targets}']}}]
  - job_name: prometheus
    static_configs: [{{targets: ['127.0.0.1:{own}']}}]
"""


def number(text):
    return math.nan if text == "NaN" else float(text)


class Prometheus:
    def __init__(self, context, *targets, named=None, rules=(), alertmanager=None, interval=1):
        """`targets`: ports of exporters. `named`: ports of more by what the label instance is to say. `rules`: files.
        `alertmanager`: the port of one. `interval`: of scrapes and rules, in seconds."""
        program = shutil.which("prometheus")
        if program is None:
            raise checks.Skip("there is no prometheus program here")
        self._context = context
        self.port = context.free_port()
        directory = context.directory / f"prometheus-{self.port}"
        directory.mkdir()
        config = directory / "prometheus.yml"
        self._targets = directory / "targets.json"
        self.aim(*targets, named=named)
        config.write_text(CONFIG.format(
            targets=self._targets, own=self.port, interval=interval, rules=json.dumps([str(path) for path in rules]),
            alertmanagers=json.dumps([f"127.0.0.1:{alertmanager}"] if alertmanager else [])))
        self._log = directory / "log"
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [program, f"--config.file={config}", f"--storage.tsdb.path={directory / 'data'}",
                 f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=context.kernel.environment(context.tag))

    def aim(self, *targets, named=None):
        """Has it scrape these ports from now on."""
        groups = [{"targets": [f"127.0.0.1:{target}" for target in targets]}]
        groups += [{"targets": [f"127.0.0.1:{port}"], "labels": {"instance": name}} for name, port in (named or {}).items()]
        fresh = self._targets.with_suffix(".new")
        fresh.write_text(json.dumps(groups))
        fresh.replace(self._targets)

    def close(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()

    def _running(self):
        if self._process.poll() is not None:
            raise checks.Failure(f"prometheus ended by itself:\n{self._context.tail(self._log)}")
        return True

    def wait_until_scraping(self):
        """Returns after the first scrape, even if nothing answered it. Prometheus looks at targets every 5 s."""
        checks.wait_until("prometheus to begin to scrape",
                           lambda: self._running() and self.query('up{job="winjob"}'), 60)

    def query(self, expression):
        """[(labels, value)] of an expression now."""
        return [(row["metric"], number(row["value"][1])) for row in self._ask(expression)["result"]]

    def query_range(self, expression, start, end, step):
        """[(labels, [(time, value)])] of an expression over a range of time."""
        document = self._get("/api/v1/query_range", query=expression, start=start, end=end, step=step)
        return [(row["metric"], [(time, number(text)) for time, text in row["values"]]) for row in document["result"]]

    def label_values(self, label, selector):
        return self._get(f"/api/v1/label/{label}/values", **{"match[]": selector})

    def value(self, expression):
        """The one value of an expression, or None when it has none. A scrape that fails ends all series until the next."""
        rows = self.query(expression)
        if not rows and "up{" not in expression and self._missed():
            checks.wait_until("a scrape that succeeds", lambda: not self._missed())
            rows = self.query(expression)
        checks.expect(len(rows) < 2, f"{expression} has {len(rows)} values: {rows}")
        return rows[0][1] if rows else None

    def _missed(self):
        return any(up == 0 for _, up in self.query('up{job="winjob"}'))

    def samples(self, selector):
        """The stored samples of one series, oldest first, as they were scraped: [(time, value)]."""
        rows = self._ask(f"{selector}[30m]")["result"]
        checks.expect(len(rows) < 2, f"{selector} is {len(rows)} series: {[row['metric'] for row in rows]}")
        return [(time, number(text)) for row in rows for time, text in row["values"]]

    def values(self, selector):
        return [value for _, value in self.samples(selector)]

    def wait_for(self, expression, condition, seconds=20.0):
        """Waits until the expression has a value that fulfils the condition; returns it."""
        seen = []

        def probe():
            seen.append(self.value(expression))
            return seen[-1] is not None and condition(seen[-1])

        try:
            checks.wait_until(f"{expression} in Prometheus", probe, seconds)
        except checks.Failure as failure:
            raise checks.Failure(f"{failure}; its values: {sorted({str(value) for value in seen})[:8]}") from None
        return seen[-1]

    def wait_for_scrapes(self, count, seconds=20.0):
        """Waits until so many further scrapes have succeeded."""
        before = len(self._successes())
        checks.wait_until(f"{count} further scrapes", lambda: len(self._successes()) >= before + count, seconds)

    def _successes(self):
        return [value for value in self.values('up{job="winjob"}') if value == 1]

    def _ask(self, expression):
        return self._get("/api/v1/query", query=expression)

    def _get(self, path, **parameters):
        answer = web.request(self.port, path + "?" + urllib.parse.urlencode(parameters), seconds=60)
        if answer.status == 503:
            raise OSError("prometheus is starting")
        document = json.loads(answer.body)
        if document.get("status") != "success":
            raise checks.Failure(f"{path} {parameters}: {document.get('error', answer.status)}")
        return document["data"]
