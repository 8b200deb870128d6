"""Every query of every board, asked of a real Prometheus that scraped the real agent."""

import json
import re
import time

from checks import Skip, expect, expect_equal, wait_until
from harness import ROOT, test

RULES = [ROOT / "dashboards" / "rules" / "recording.yaml"]
BOARDS = sorted((ROOT / "dashboards" / "generated").glob("*.json"))
RANGE = 60

# Queries that stay empty, by kernel: "board: panel: query" as far as it goes, and why. Each must really be empty.
EMPTY = {
    "linux": {
        "winjob-job: Read and written": "Linux, level core, counts no operations",
        "winjob-job: Operations": "Linux, level core, counts no operations",
        "winjob-job: Processes ended by a limit": "Linux counts no processes that a limit ended",
        "winjob-job: Notifications: B": "no limit is reached here",
        "winjob-job: annotation Limits reached": "no limit is reached here",
    },
    "wine": {
        "winjob-fleet: Cores in use": "Wine counts no processor time",
        "winjob-fleet: Cores, ten busiest jobs": "Wine counts no processor time",
        "winjob-fleet: Jobs: A": "Wine counts no processor time",
        "winjob-job: Cores in use": "Wine counts no processor time",
        "winjob-job: Cores by mode": "Wine counts no processor time",
        "winjob-job: Cores": "Wine counts no processor time",
        "winjob-job: Page faults": "Wine counts no page faults",
        "winjob-job: Read and written": "Wine counts no operations of a job",
        "winjob-job: Operations": "Wine counts no operations of a job",
        "winjob-job: Processes ended by a limit": "Wine counts no processes that a limit ended",
        "winjob-job: Notifications: B": "no limit is reached here",
        "winjob-job: annotation Limits reached": "no limit is reached here",
    },
}


def variables(board, server):
    """The board's variables as Grafana fills them in when "All" is chosen; each must have something to choose."""
    values = {}
    for variable in board["templating"]["list"]:
        if variable["type"] != "query":
            continue
        selector, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"]).groups()
        choices = server.label_values(label, substitute(selector, values))
        expect(choices, f"{board['uid']}: nothing to choose for ${variable['name']}")
        values[variable["name"]] = variable["allValue"]
    return values


def substitute(text, values):
    # With a scrape each second, Grafana's $__rate_interval is 4 s; a loaded machine misses some.
    builtin = {"__rate_interval": "15s", "__interval": "15s", "__range": f"{RANGE}s"}
    filled = re.sub(r"\$(\w+)", lambda found: {**builtin, **values}.get(found[1], found[0]), text)
    expect("$" not in filled, f"an unknown variable in {text}")
    return filled


def queries(board):
    """("board: panel: query", expression, whether a range is asked for) of all queries of a board."""
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            yield f"{board['uid']}: {panel['title']}: {target['refId']}", target["expr"], target.get("range", False)
    for one in board["annotations"].get("list", []):
        yield f"{board['uid']}: annotation {one['name']}: ", one["expr"], True


def ask(server, expression, ranged):
    """How many numbers there are in the answer."""
    now = time.time()
    if ranged:
        rows = server.query_range(expression, now - RANGE, now, 1)
        return sum(value == value for _, values in rows for _, value in values)
    return sum(value == value for _, value in server.query(expression))


def watch_lively_jobs(context):
    """A Prometheus with the recording rules that scrapes an agent of busy jobs, and of one that does not exist."""
    name = context.name
    port = context.free_port()
    program = context.ready_exporter({"poll_interval": "500ms", "max_age": "200ms", "jobs": [
        {"name": name("build"), "on_exit": "kill",
         "start": [{"command": context.workload("spawn", 4, 0.1, 4, "spin", 0.05, "sleep", 0.2, "loop")}]},
        {"name": name("service"), "on_exit": "kill",
         "start": [{"command": context.workload("load", 10, "forever")},
                   {"command": context.workload("alloc", 16, "sleep", "forever")}]},
        {"name": name("missing"), "mode": "open"},
    ]}, port=port)
    return program, context.prometheus(port, rules=RULES)


@test("Every query of every dashboard has an answer, but those that this kernel cannot give")
def every_query(context):
    program, server = watch_lively_jobs(context)
    empty = EMPTY[context.kernel.name]
    if program.level() == "process":
        raise Skip("level process does not count the starts that this test waits for")
    server.wait_for("count(instance_job_object:winjob_processes_started:rate5m > 0)", lambda value: value >= 1, 60)
    server.wait_for_scrapes(5)
    asked, without = [], set()
    for path in BOARDS:
        board = json.loads(path.read_text(encoding="utf-8"))
        values = variables(board, server)
        for where, expression, ranged in queries(board):
            asked.append(where)
            reason = next((key for key in empty if where == key or where.startswith(key + ":")), None)
            filled = substitute(expression, values)
            if reason is not None:
                without.add(reason)
                expect_equal(ask(server, filled, ranged), 0, f"numbers of {where}, of which none are known here")
            else:
                wait_until(f"an answer to {where}\n{filled}", lambda f=filled, r=ranged: ask(server, f, r) > 0, 20)
    expect(len(BOARDS) == 3 and len(asked) > 30, f"few queries: {asked}")
    expect_equal(set(empty) - without, set(), "reasons that no query needs")
    context.log(f"{len(asked)} queries of {len(BOARDS)} boards")
