"""Every query of every board, asked of a real Prometheus that scraped the real agent."""

import json
import re
import time

from checks import Failure, Skip, expect, expect_equal, wait_until
from harness import ROOT, test

RULES = [ROOT / "dashboards" / "rules" / "recording.yaml"]
BOARDS = sorted((ROOT / "dashboards" / "generated").glob("*.json"))
RANGE = 60

# Queries that stay empty, by kernel and level: "board: panel: query" as far as it goes, and why. Each must really be empty.
EMPTY = {
    ("linux", "full"): {
        "winjob-job: Read and written: C": "Linux has reads and writes alone",
        "winjob-job: Operations: C": "Linux has reads and writes alone",
        "winjob-job: Largest process: A": "Linux does not count the memory of each process",
    },
    ("linux", "core"): {
        "winjob-job: Read and written": "Linux, level core, counts no operations",
        "winjob-job: Operations": "Linux, level core, counts no operations",
        "winjob-job: Processes ended by a limit": "Linux counts no processes that a limit ended",
        "winjob-job: Notifications: B": "no limit is reached here",
        "winjob-job: annotation Limits reached": "no limit is reached here",
        "winjob-job: Violations": "Linux, level core, has no notification limits",
        "winjob-fleet: Violations a minute": "Linux, level core, has no notification limits",
        "winjob-fleet: Limits reached a minute": "Linux, level core, has no limits",
        "winjob-job: Committed memory": "Linux, level core, does not count memory",
        "winjob-job: Largest process": "Linux, level core, does not count memory",
        "winjob-job: Cores: B": "Linux, level core, has no limits",
        "winjob-job: Processes: B": "Linux, level core, has no limits",
        "winjob-fleet: Committed memory, ten largest jobs": "Linux, level core, does not count memory",
        "winjob-fleet: Jobs: B": "Linux, level core, does not count memory",
        "winjob-fleet: Jobs: D": "Linux, level core, has no limits",
        "winjob-fleet: Jobs: E": "Linux, level core, has no limits",
        "winjob-fleet: Jobs: F": "Linux, level core, has no limits",
    },
    ("wine", "core"): {
        "winjob-fleet: Committed memory, ten largest jobs": "Wine does not count memory",
        "winjob-fleet: Jobs: B": "Wine does not count memory",
        "winjob-fleet: Jobs: D": "Wine counts no processor time",
        "winjob-fleet: Jobs: E": "Wine does not count memory",
        "winjob-fleet: Jobs: F": "Wine holds no limit on processes",
        "winjob-job: Committed memory": "Wine does not count memory",
        "winjob-job: Largest process": "Wine does not count memory",
        "winjob-job: Processes: B": "Wine holds no limit on processes",
        "winjob-job: Violations": "Wine has no notification limits",
        "winjob-fleet: Violations a minute": "Wine has no notification limits",
        "winjob-fleet: Limits reached a minute": "Wine has no notification limits, and counts no processes that a limit ended",
        "winjob-fleet: Cores in use": "Wine counts no processor time",
        "winjob-fleet: Cores, ten busiest jobs": "Wine counts no processor time",
        "winjob-fleet: Jobs: A": "Wine counts no processor time",
        "winjob-job: Cores in use": "Wine counts no processor time",
        "winjob-job: Cores by mode": "Wine counts no processor time",
        "winjob-job: Cores": "Wine counts no processor time",
        "winjob-job: Cores of single processes": "Wine does not tell the processor time of another process",
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


def jobs_in_trouble(context):
    """Jobs that reach their limits, cross their thresholds, and are not held as configured."""
    again = {"restart": {"policy": "always", "backoff": "500ms", "max_backoff": "1s"}}
    return [{"name": context.name("hungry"), "on_exit": "kill", "limits": {"job_memory": "64MiB"}, "notify": {"job_memory": "32MiB"},
             "start": [{"command": context.workload("alloc", 48, "sleep", 1, "alloc", 200, "sleep", "forever"), **again}]},
            {"name": context.name("drift"), "on_exit": "kill", "limits": {"ui": ["desktop"]},
             "start": [{"command": context.workload("sleep", "forever")}]}]


def watch_lively_jobs(context):
    """A Prometheus with the recording rules that scrapes an agent of busy jobs, and of one that does not exist."""
    name = context.name
    port = context.free_port()
    program = context.ready_exporter({"poll_interval": "500ms", "max_age": "200ms", "jobs": [
        {"name": name("build"), "on_exit": "kill",
         "limits": {"job_memory": "1GiB", "process_memory": "512MiB", "active_processes": 200, "cpu": {"cap": "50%"}},
         "start": [{"command": context.workload("spawn", 4, 0.1, 4, "spin", 0.05, "sleep", 0.2, "loop")}]},
        {"name": name("service"), "on_exit": "kill", "process_metrics": {"top": 2},
         "start": [{"command": context.workload("load", 10, "forever")},
                   {"command": context.workload("alloc", 16, "sleep", "forever")}]},
        {"name": name("flaky"), "on_exit": "kill",
         "start": [{"command": context.workload("sleep", 0.3, "exit", 3), "restart": {"policy": "always", "backoff": "100ms",
                                                                                      "max_backoff": "200ms"}}]},
        {"name": name("missing"), "mode": "open"},
        *(jobs_in_trouble(context) if context.kernel.name == "linux" else ()),
    ]}, port=port)
    return program, context.prometheus(port, rules=RULES)


@test("Every query of every dashboard has an answer, but those that this kernel cannot give")
def every_query(context):
    program, server = watch_lively_jobs(context)
    level = program.level()
    empty = EMPTY.get((context.kernel.name, level), {})
    if level == "process":
        raise Skip("level process does not count the starts that this test waits for")
    server.wait_for("count(instance_job_object:winjob_processes_started:rate5m > 0)", lambda value: value >= 1, 60)
    server.wait_for_scrapes(5)
    asked = {}
    for path in BOARDS:
        board = json.loads(path.read_text(encoding="utf-8"))
        values = variables(board, server)
        asked |= {where: (substitute(text, values), ranged) for where, text, ranged in queries(board)}
    expect(len(BOARDS) == 3 and len(asked) > 30, f"few queries: {list(asked)}")
    excused = {where: key for where in asked for key in empty if where == key or where.startswith(key + ":")}
    expect_equal(set(empty) - set(excused.values()), set(), "reasons that no query needs")
    waiting = {where: query for where, query in asked.items() if where not in excused}

    def all_answered():
        for where in [where for where, query in waiting.items() if ask(server, *query) > 0]:
            del waiting[where]
        return not waiting

    try:
        wait_until("an answer to every query", all_answered, 30)
    except Failure:
        text = "\n".join(f"{where}\n    {query}" for where, (query, _) in waiting.items())
        raise Failure(f"queries without an answer:\n{text}") from None
    answered = [f"{where} ({empty[key]})" for where, key in excused.items() if ask(server, *asked[where]) > 0]
    expect_equal(answered, [], "queries that have an answer, though they are listed as empty here")
    context.log(f"{len(asked)} queries of {len(BOARDS)} boards, {len(excused)} of them empty here, as listed")
