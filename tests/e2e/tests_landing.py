"""The page at / and the JSON beneath it, in a real browser."""

import json
import os
import pathlib
import re

import browser
from checks import Skip, expect, expect_equal, wait_until
from harness import test
from tests_limits import Directed

CONTRAST = """(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = (color) => { const [r, g, b] = color.map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const ground = (node) => { for (; node; node = node.parentElement) { const c = rgb(getComputedStyle(node).backgroundColor);
    if (c[3] === 255) return c; } return [255, 255, 255]; };
  const poor = [];
  for (const node of document.body.querySelectorAll('*')) {
    if (![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()) || !node.getClientRects().length) continue;
    if (node.closest('.hidden, .skip')) continue;
    const style = getComputedStyle(node), a = light(rgb(style.color).slice(0, 3)), b = light(ground(node).slice(0, 3));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push(`${node.tagName}.${node.className} ${node.textContent.slice(0, 20)}: ${ratio.toFixed(2)}`);
  }
  return poor; })()"""


def served(context, *more):
    if context.kernel.name != "linux":
        raise Skip("the page is the same on every kernel, and is looked at on Linux")
    program = context.ready_exporter({"poll_interval": "200ms", "max_age": "100ms", "jobs": [
        {"name": "busy", "object": "Local\\" + context.name("busy"), "on_exit": "kill", "limits": {"active_processes": 97, "job_memory": "3GiB"},
         "start": [{"command": context.workload("load", 30, "forever")}, {"command": context.workload("spin", 0.4, "sleep", 1.3, "loop")},  # no two seconds alike
                   {"command": context.workload("sleep", 0.1, "spawn", 2, 0.1, "loop")}]},
        {"name": "a<b>&\"c'", "object": "Local\\" + context.name("quiet"), "on_exit": "kill",
         "start": [{"command": context.workload("sleep", "forever")}]},
        {"name": "missing", "object": "Local\\" + context.name("none"), "mode": "open"}, *more]})
    return program


def browsing(context, program, path="/"):
    window = context.own(browser.Browser(context))
    window.page()
    window.size(1280, 900)
    window.go(f"http://{program.address}{path}")
    return window


def cell(job, column):
    return f"document.querySelector('[data-job=\"{job}\"] [data-column={column}] .value').textContent"


def expect_bars(window):
    """Usage stands beside its limit, as a bar with words, where there is one, and nowhere else."""
    for column, limit in (("processes", 97), ("memory", 3 << 30)):
        bar = window.run(f"(() => {{ const bar = document.querySelector('[data-job=busy] [data-column={column}] meter');"
                         " return bar && [bar.max, bar.value, bar.getAttribute('aria-label')]; })()")
        expect(bar and bar[0] == limit and 0 < bar[1] < limit and " of " in bar[2], f"the bar of {column} is {bar}")
    expect_equal(window.run("document.querySelectorAll('#rows meter').length"), 2, "bars")


@test("The landing page lives: values, sparklines and events change in the browser without a complaint or an outside request")
def live(context):
    program = served(context)
    window = browsing(context, program)
    wait_until("the script's first update", lambda: window.run("document.getElementById('live').textContent") == "live")
    seen = set()

    def moving():
        seen.add(window.run(cell("busy", "cpu")))
        return len([text for text in seen if "core" in text]) >= 3

    wait_until("three values of CPU", moving, 40)
    expect(window.run("document.querySelector('[data-job=busy] [data-column=cpu] .spark .line').getAttribute('d').length") > 20, "no sparkline")
    expect("of the last" in window.run("document.querySelector('[data-job=busy] .spark').getAttribute('aria-label')"), "the sparkline's words")
    expect(window.run("document.querySelector('[data-job=busy] [data-column=memory] .spark .line').getAttribute('d').length") > 20, "no sparkline of memory")
    expect(window.run("document.querySelectorAll('#events li').length") > 0, "no event")
    expect_bars(window)
    expect_equal(window.run("[...document.querySelectorAll('#rows tr')].map((row) => row.dataset.job + ' ' + row.querySelector('.state').textContent)"),
                 ["busy open", "a<b>&\"c' open", "missing absent"], "rows")
    window.run("document.getElementById('match').value = 'SING'; document.getElementById('match').dispatchEvent(new Event('input'))")
    wait_until("the search", lambda: window.run("document.getElementById('shown').textContent") == "1 of 3")
    expect_equal(window.run("[...document.querySelectorAll('#rows tr')].map((row) => row.dataset.job)"), ["missing"], "rows that match")
    window.run("document.getElementById('match').value = ''; document.getElementById('match').dispatchEvent(new Event('input'))")
    wait_until("all rows again", lambda: window.run("document.querySelectorAll('#rows tr').length") == 3)

    expect_equal(window.complaints, [], "complaints of the browser")
    outside = [url for url in window.requests if not url.startswith(f"http://{program.address}/") and url != "about:blank"]
    expect_equal(outside, [], "requests to others")
    program.kill()
    wait_until("the page's word that the agent is gone", lambda: window.run("document.getElementById('live').className") == "health off")


EVENTS = "[...document.querySelectorAll('#events li')].map((item) => item.className + item.textContent.replace(/^[0-9:]+( [AP]M)?/, ''))"


@test("A limit that is violated shows on the open landing page as it happens, marked, and again when it happens again")
def violated(context):
    job = Directed(context, notify={"job_memory": "100MiB"}, limits={"job_memory": "256MiB"})
    mark, started = f"violation {job.name} limit violated: job memory", f"notification {job.name} new process"
    window = browsing(context, job.program)
    wait_until("the script's first update", lambda: window.run("document.getElementById('live').textContent") == "live")
    wait_until("the start of its process", lambda: window.run(EVENTS) == [started])
    job.do("commit", 200 << 20)
    wait_until("the violation, before the older event", lambda: [event for event in window.run(EVENTS) if "notification limit" not in event] == [mark, started])
    wait_until("the memory", lambda: window.run(cell(job.name, "memory")) == "200 MiB")
    bar = window.run(f"(() => {{ const bar = document.querySelector('[data-job=\"{job.name}\"] [data-column=memory] meter');"
                     " return [bar.max, bar.value, bar.getAttribute('aria-label')]; })()")
    expect_equal(bar, [256 << 20, 200 << 20, "Memory of 256 MiB"], "the bar")
    expect_equal(window.run("document.getElementById('quiet').hidden"), True, "whether nothing is said to have happened")
    for scheme in ("light", "dark"):
        window.scheme(scheme)
        colors = window.run("['violation', 'notification'].map((kind) => getComputedStyle(document.querySelector('#events .' + kind)).color)")
        expect(colors[0] != colors[1], f"a violation looks like any other event: {colors}")
        expect_equal(window.run(CONTRAST), [], f"texts of too little contrast in {scheme}")

    job.do("spawn", 3)
    # A reading between the messages shows them in two parts.
    wait_until("what came later, above it", lambda: re.fullmatch(re.escape(started) + "( \u00d7[23])?", window.run(EVENTS)[0]))
    job.do("decommit", 150 << 20)
    wait_until("less memory", lambda: window.run(cell(job.name, "memory")) == "50.0 MiB")
    expect(window.run(EVENTS)[0].startswith(started), "less memory is no violation")
    job.do("commit", 150 << 20)

    def above(events):
        return mark in events[:2] and events.index(mark) < min(i for i, event in enumerate(events) if event.startswith(started))

    wait_until("the next violation, above that", lambda: above(window.run(EVENTS)))
    expect_equal(window.run(EVENTS).count(mark), 1, "lines of one limit")
    expect_equal(window.requests.count(f"http://{job.program.address}/"), 1, "times that the page was loaded")
    expect_equal(window.complaints, [], "complaints of the browser")


@test("The landing page can be used by keyboard, in light and dark, on a phone, and is named to screen readers")
def for_everybody(context):
    program = served(context)
    window = browsing(context, program)
    wait_until("the script's first update", lambda: window.run("document.getElementById('live').textContent") == "live")
    wait_until("CPU", lambda: "core" in window.run(cell("busy", "cpu")))
    order = []
    for _ in range(9):
        window.press("Tab")
        order.append(window.run("(document.activeElement.id || document.activeElement.textContent).trim()"))
    expect_equal(order, ["Skip to the jobs", "pause", "match", "Show", "Metrics", "Jobs as JSON", "Configuration", "Readiness", "Health"], "order of the keyboard")
    window.run("document.getElementById('pause').focus()")
    window.press(" ")
    wait_until("pausing by keyboard", lambda: window.run("document.getElementById('pause').getAttribute('aria-pressed')") == "true")
    expect_equal(window.run("document.getElementById('live').textContent"), "paused", "what it says")

    for scheme in ("light", "dark"):
        window.scheme(scheme)
        expect_equal(window.run(CONTRAST), [], f"texts of too little contrast in {scheme}")
        for width in (320, 390, 768, 1280):
            window.size(width, 800)
            save(window, f"landing-{width}-{scheme}.png")
            wide = window.run(f"[...document.querySelectorAll('body *')].filter((node) => node.getBoundingClientRect().right > {width}"
                              " && !node.closest('.hidden, .skip, thead')).map((node) => node.outerHTML.slice(0, 80))")
            expect_equal((window.run("document.scrollingElement.scrollWidth"), wide), (width, []), f"width of the page in a window of {width}, {scheme}")
    nodes = window.call("Accessibility.getFullAXTree")["nodes"]
    named = {(node.get("role", {}).get("value"), node.get("name", {}).get("value")) for node in nodes}
    for role, name in (("table", "Jobs, with what they use of their limits"), ("columnheader", "Memory"), ("searchbox", "Find"),
                       ("button", "Pause"), ("navigation", "Pages"), ("heading", "Lately"), ("region", "Jobs")):
        expect((role, name) in named, f"no {role} is named {name!r} in {sorted(named, key=str)}")
    expect(any(role == "rowheader" and str(name).startswith("busy") for role, name in named), "no row is named")
    expect_equal(window.complaints, [], "complaints of the browser")


@test("Without JavaScript the landing page is a table that finds and reloads")
def without_script(context):
    program = served(context)
    window = context.own(browser.Browser(context))
    window.page()
    window.call("Emulation.setScriptExecutionDisabled", value=True)
    for path, shown in (("/", ["busy", "a<b>&\"c'", "missing"]), ("/?match=bUs", ["busy"]), ("/?match=%3Cb%3E", ["a<b>&\"c'"]), ("/?match=none", [])):
        window.go(f"http://{program.address}{path}")
        expect_equal(window.run("[...document.querySelectorAll('#rows th')].map((node) => node.firstChild.data)"), shown, f"jobs of {path}")
    window.go(f"http://{program.address}/")
    expect_bars(window)
    expect_equal(window.run(cell("missing", "state").replace(".value", ".state")), "absent", "state of the missing job")
    expect("10 s" in window.run("document.getElementById('live').textContent"), "what it says of itself")
    expect_equal(window.run("document.getElementById('pause').hidden"), True, "the button that needs the script")
    expect_equal(window.complaints, [], "complaints of the browser")


@test("The JSON of the jobs has the values of the page, by name and piece by piece")
def jobs_json(context):
    name = context.name("one")
    program = context.ready_exporter({"poll_interval": "1h", "max_age": "1h", "jobs": [
        {"name": name, "on_exit": "kill", "start": [{"command": context.workload("sleep", "forever")}]},
        *({"name": f"absent{i}", "object": "Local\\" + context.name(f"absent{i}"), "mode": "open"} for i in range(25))]})
    answer = program.get("/api/v1/jobs")
    expect_equal(answer.headers["Content-Type"], "application/json; charset=utf-8", "type")
    page, found = program.page(), json.loads(answer.text)
    expect_equal((found["jobs_total"], found["jobs_open"], found["matching"], len(found["jobs"])), (26, 1, 26, 26), "counts")
    expect_equal([found["jobs"][i][key] for i in (0, 1) for key in ("name", "state", "up")], [name, "open", True, "absent0", "absent", False], "jobs")
    compared = 0
    for family, value in found["jobs"][0]["metrics"].items():
        series = [(labels, float(number)) for labels, number in page.all("winjob_" + family) if labels["job_object"] == name]
        flat = value if isinstance(value, dict) else {None: value}
        expect_equal(sorted(flat.values()), sorted(number for _, number in series), f"values of {family}")
        compared += len(series)
    expect(compared >= 3, f"only {compared} values were compared")
    for query, names in (("match=ABSENT2", ["absent2", "absent20", "absent21", "absent22", "absent23", "absent24"]),
                         ("match=absent2&offset=1&limit=2", ["absent20", "absent21"]), ("limit=0", []), ("match=%zz", []), ("offset=99", [])):
        part = json.loads(program.get("/api/v1/jobs?" + query).text)
        expect_equal([job["name"] for job in part["jobs"]], names, query)


def save(window, name):
    """Keeps a picture where WINJOB_E2E_PICTURES says."""
    folder = os.environ.get("WINJOB_E2E_PICTURES")
    if folder:
        window.picture(pathlib.Path(folder) / name)
