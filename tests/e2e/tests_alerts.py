"""Alerts that really fire: an agent in real trouble, a real Prometheus with the shipped rules, a real Alertmanager, a
webhook that hears of it, and of the end of the trouble. The rules are as shipped, but their times are short."""

import json
import re
import time

from alertmanager import Alertmanager, Webhook
from checks import expect, expect_equal, wait_until
from harness import ROOT, test

ALERTS = ROOT / "dashboards" / "rules" / "alerts.yaml"
QUICK = {"poll_interval": "200ms", "max_age": "100ms"}


def shortened(context, thresholds=()):
    """The alerts with short times. `thresholds`: (text of a rule, text instead) where a limit takes too long to reach."""
    text = ALERTS.read_text(encoding="utf-8")
    for old, new in thresholds:
        expect_equal(text.count(old), 1, f"places of {old!r} in the rules")
        text = text.replace(old, new)
    text, waits = re.subn(r"for: \d+m", "for: 1s", text)
    text, windows = re.subn(r"\[\d+[mh]\]", "[8s]", text)
    expect(waits > 5 and windows > 3, "the rules do not look as they did")
    return context.write("alerts.yaml", text)


# What is told, too, when the machine stands still for longer than the second of these rules.
STANDSTILL = {"WinjobAgentDown", "WinjobAgentSlow", "WinjobAgentStale"}


class Pager:
    """Prometheus, Alertmanager and webhook around ports of agents."""

    def __init__(self, context, *ports, thresholds=()):
        self._context = context
        self._hook = context.own(Webhook())
        manager = context.own(Alertmanager(context, self._hook.port))
        self.server = context.prometheus(*ports, rules=[shortened(context, thresholds)], alertmanager=manager.port)
        for port in ports:  # what grows before the first page is no increase
            self.server.wait_for(f'up{{job="winjob",instance="127.0.0.1:{port}"}}', lambda up: up == 1)

    def expect(self, status, alert, seconds=60, **labels):
        """Waits until the webhook has been told so; the log has how long that took."""
        begun = time.monotonic()
        call = wait_until(f"the webhook to be told that {alert} is {status}",
                          lambda: self._hook.told(status, alertname=alert, **labels), seconds)[0]
        expect("{{" not in str(call[2]) and alert.lower() in call[2]["runbook_url"], f"annotations: {call[2]}")
        self._context.log(f"{alert} {status} after {time.monotonic() - begun:.1f} s: {call[2]['description']}")

    def expect_only(self, *alerts):
        """Nothing else was ever told."""
        told = {labels["alertname"] for _, labels, _ in self._hook.calls}
        expect_equal(told - (STANDSTILL - set(alerts)), set(alerts), "alerts that were told")


@test("Jobs that are absent, refused or cannot be started raise an alert at a webhook, which resolves when they are mended")
def jobs_in_trouble(context):
    name, port = context.name, context.free_port()
    quiet = [{"command": context.workload("sleep", "forever")}]
    late = {"name": name("late"), "object": "Local\\" + name("late"), "on_exit": "kill", "start": quiet}
    program = context.ready_exporter({**QUICK, "jobs": [
        {"name": name("absent"), "object": late["object"], "mode": "open"},
        {"name": name("first"), "object": "Local\\" + name("shared"), "start": quiet, "on_exit": "kill"},
        {"name": name("second"), "object": "Local\\" + name("shared"), "on_exit": "kill"},
        {"name": name("typo"), "start": [{"command": [name("no-such-program")]}], "on_exit": "kill"},
    ]}, port=port)
    pager = Pager(context, port)
    pager.expect("firing", "WinjobJobAbsent", job_object=name("absent"), severity="warning")
    pager.expect("firing", "WinjobJobRefused", job_object=name("second"), state="conflict")
    pager.expect("firing", "WinjobStartFailed", job_object=name("typo"))
    context.ready_exporter({**QUICK, "jobs": [late]})
    pager.expect("resolved", "WinjobJobAbsent", job_object=name("absent"))
    pager.expect_only("WinjobJobAbsent", "WinjobJobRefused", "WinjobStartFailed")

    program.stop()
    pager.expect("firing", "WinjobAgentDown", severity="critical", instance=program.address)
    pager.expect("resolved", "WinjobJobRefused")
    pager.expect("resolved", "WinjobStartFailed")
    pager.server.aim()
    pager.expect("resolved", "WinjobAgentDown")
    pager.expect("firing", "WinjobAgentsAbsent", severity="critical")
    context.ready_exporter({**QUICK, "jobs": [{"name": name("fine"), "start": quiet, "on_exit": "kill"}]}, port=port)
    pager.server.aim(port)
    pager.expect("resolved", "WinjobAgentsAbsent")


@test("An agent whose readings are old, and one whose readings are slow, raise an alert at a webhook")
def lazy_agent(context):
    quiet = [{"command": context.workload("sleep", "forever")}]
    lazy, slow = context.free_port(), context.free_port()
    config = {"jobs": [{"name": context.name("job"), "start": quiet, "on_exit": "kill"}]}
    lazy_program = context.ready_exporter({"poll_interval": "1h", "max_age": "1h", **config}, port=lazy)
    context.ready_exporter({**QUICK, "jobs": [{"name": context.name("other"), "start": quiet, "on_exit": "kill"}]}, port=slow)
    # No reading of one job takes a second: a nanosecond is slow here.
    pager = Pager(context, lazy, slow, thresholds=[
        ("winjob_last_poll_timestamp_seconds > 60", "winjob_last_poll_timestamp_seconds > 4"),
        ("rate(winjob_poll_duration_seconds_bucket[5m])) > 1", "rate(winjob_poll_duration_seconds_bucket[5m])) > 1e-9")])
    pager.expect("firing", "WinjobAgentStale", instance=lazy_program.address)
    pager.expect("firing", "WinjobAgentSlow", instance=f"127.0.0.1:{slow}")
    lazy_program.stop()
    context.ready_exporter({**QUICK, **config}, port=lazy)
    pager.expect("resolved", "WinjobAgentStale", instance=lazy_program.address)


@test("Commands that crash or end again and again, and a limit that is not in force, raise alerts at a webhook")
def loops_and_drift(context):
    port = context.free_port()
    always = {"restart": {"policy": "always", "backoff": "100ms", "max_backoff": "200ms"}}
    program = context.ready_exporter({**QUICK, "jobs": [
        {"name": context.name("loop"), "on_exit": "kill", "start": [{"command": context.workload("exit", 3), **always}]},
        {"name": context.name("crash"), "on_exit": "kill", "start": [{"command": context.workload("crash"), **always}]},
        {"name": context.name("drift"), "on_exit": "kill", "limits": {"ui": ["desktop"]},
         "start": [{"command": context.workload("sleep", "forever")}]},
    ]}, port=port)
    pager = Pager(context, port)
    told = ["WinjobRestartLoop", "WinjobCrashLoop"]
    pager.expect("firing", "WinjobRestartLoop", job_object=context.name("loop"))
    pager.expect("firing", "WinjobCrashLoop", job_object=context.name("crash"))
    if context.kernel.name != "windows":  # the others restrict no desktop
        pager.expect("firing", "WinjobLimitDrift", job_object=context.name("drift"), limit="ui")
        told.append("WinjobLimitDrift")
    pager.expect_only(*told)
    program.stop()
    for alert in told:
        pager.expect("resolved", alert)


@test("A configuration that is refused when it is read again raises an alert at a webhook, which resolves when it is mended")
def refused_reload(context):
    port = context.free_port()
    jobs = json.dumps({**QUICK, "jobs": [{"name": context.name("job"), "on_exit": "kill",
                                          "start": [{"command": context.workload("sleep", "forever")}]}]})
    path = context.write("refused.yaml", jobs)
    program = context.ready_exporter(path, port=port, flags=["--web.enable-lifecycle"])
    pager = Pager(context, port)
    path.write_text("jobs: nothing of it", encoding="utf-8")
    expect_equal(program.get("/-/reload", "POST", seconds=30).status, 500, "status of the reload")
    pager.expect("firing", "WinjobReloadFailed", instance=program.address)
    path.write_text(jobs, encoding="utf-8")
    expect_equal(program.get("/-/reload", "POST", seconds=30).status, 200, "status of the next")
    pager.expect("resolved", "WinjobReloadFailed", instance=program.address)
    pager.expect_only("WinjobReloadFailed")
