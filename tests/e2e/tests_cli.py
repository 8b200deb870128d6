"""The subcommands, as a user or a script calls them."""

import json
import signal
import subprocess

from checks import Skip, expect, expect_equal, wait_until
from harness import test


class Command:
    """One call of the program, its outputs in files."""

    def __init__(self, context, *words):
        self.out, self.err = context.directory / "command.out", context.directory / "command.err"
        program = context.programs / f"winjob_exporter{context.kernel.suffix}"
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen([*context.kernel.call(program), *map(str, words)],
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                            creationflags=context.kernel.group_flags,
                                            env=context.kernel.environment(context.tag))

    def wait(self, seconds=60):
        return self.process.wait(seconds)

    @property
    def output(self):
        return self.out.read_text(encoding="utf-8", errors="replace").replace("\r", "")

    @property
    def errors(self):
        return self.err.read_text(encoding="utf-8", errors="replace").replace("\r", "")


def call(context, *words, code=0):
    command = Command(context, *words)
    expect_equal(command.wait(), code, f"exit code of {words}\n{command.errors}")
    return command


@test("run gives the exit code of its command, whatever it is, and 127 for a program that is not there")
def exit_codes(context):
    for code in (0, 3, 47, 125):
        call(context, "run", "--", *context.workload("exit", code), code=code)
    missing = call(context, "run", "--", "no-such-program-anywhere", code=127)
    expect("no-such-program-anywhere" in missing.errors, missing.errors)
    expect("no command" in call(context, "run", code=2).errors, "what is wrong")
    wrong = call(context, "run", "--job-memory", "8", "--", "x", code=2).errors
    expect("--job-memory: " in wrong and "unit" in wrong, wrong)


@test("run accounts for what its command used as the kernel does")
def accounting(context):
    ran = call(context, "run", "--json", "--", *context.workload("spin", 0.3, "spawn", 3, 0.01, "exit", 5), code=5)
    used = json.loads(ran.errors)
    expect_equal(used["exit_code"], 5, "exit code in the accounting")
    counters = used["counters"]
    if "TotalProcesses" in counters:
        expect_equal(counters["TotalProcesses"], 4, "processes in the accounting")
    text = call(context, "run", "--accounting", "--", *context.workload("exit", 0)).errors
    expect(all(len(line) <= 80 for line in text.splitlines()), text)
    expect("processor time" in text, text)
    if "TotalUserTime" not in counters:
        raise Skip("Wine does not count the processor time of a job (that of processes was compared)")
    seconds = (counters["TotalUserTime"] + counters["TotalKernelTime"]) / 1e7
    expect(0.25 <= seconds <= used["wall_time"] / 1e7 * 4, f"processor time {seconds} of {used}")


@test("run with --kill ends the whole tree when it is itself ended, however that happens")
def kill(context):
    for how in ("end", "signal"):
        command = Command(context, "run", "--kill", "--", *context.workload("spawn", 2, 49.7, "sleep", 49.7))
        wait_until("the tree", lambda: len(context.kernel.processes(context.tag, "sleep 49.7")) >= 3, 20)
        if how == "end":
            command.process.kill()
        else:
            context.kernel.stop(command.process)
        wait_until("the end of the tree", lambda: not context.kernel.processes(context.tag, "49.7"), 30)
        command.wait()


@test("run passes a request to stop on to its command, and exits as that does")
def forwards(context):
    if context.kernel.name != "linux":
        raise Skip("signals are Linux's")
    command = Command(context, "run", "--", *context.workload("sleep", "50.7"))
    # Its own command line has the words, too.
    wait_until("the command", lambda: len(context.kernel.processes(context.tag, "workload sleep 50.7")) == 2, 20)
    command.process.send_signal(signal.SIGTERM)
    expect_equal(command.wait(20), 128 + signal.SIGTERM, "exit code")


@test("check, plan, list, show, explain, metrics, doctor and kill answer for a job that runs, as text and as JSON")
def inspection(context):
    name = context.name("seen")
    limits = {"active_processes": 40}
    ours = context.kernel.image_only(context.workload_program.name)
    jobs = {"jobs": [{"name": name, "limits": limits, "start": [{"command": context.workload("sleep", "51.7")}],
                      "adopt": [{**ours, "command_line": "sleep 51\\.8"}, {**ours, "command_line": "sleep 51\\.7"}]}]}
    path = context.write("seen.yaml", json.dumps(jobs))
    file = f"--config.file={context.kernel.path(path)}"
    program = context.ready_exporter(path)
    wait_until("the workload", lambda: context.kernel.processes(context.tag, "sleep 51.7"), 20)

    expect("1 jobs" in call(context, "check", file).output, "what check says")
    broken = context.write("broken.yaml", "jobs:\n  - {name: x, limits: {job_memory: 8}}\n")
    said = json.loads(call(context, "check", "--json", context.kernel.path(broken), code=2).output)
    expect_equal([(e["line"], e["key"]) for e in said["errors"]], [(2, "jobs[0].limits.job_memory")], "errors")
    other = {"jobs": [{**jobs["jobs"][0], "limits": {"active_processes": 41}}, {"name": context.name("more")}]}
    planned = call(context, "plan", f"--config.file={context.kernel.path(context.write('other.yaml', json.dumps(other)))}")
    expect_equal(planned.output, f"job {name}: changed: limits.active_processes\njob {context.name('more')}: added\n",
                 "what plan says of the jobs that are there")
    if context.kernel.name != "wine":  # which reads no limits back
        expect_equal(call(context, "plan", file).output, "nothing changes\n", "plan of what is there")
    expect_equal(call(context, "plan", file, f"--from={context.kernel.path(path)}").output, "nothing changes\n", "plan")

    listed = call(context, "list", file).output
    expect(all(len(line) <= 80 for line in listed.splitlines()) and "open" in listed, listed)
    rows = json.loads(call(context, "list", "--json", file).output)
    expect_equal([(row["name"], row["state"]) for row in rows], [(name, "open")], "list as JSON")
    expect_equal(len(rows[0]["processes"]), 1, "processes in the list")
    shown = json.loads(call(context, "show", "--json", file, name).output)
    expect_equal(shown["processes"], rows[0]["processes"], "processes of show")
    largest = shown["largest_processes"]
    expect_equal([(process["pid"], process["image"]) for process in largest],
                 [(shown["processes"][0], context.workload_program.name)], "the largest processes of show")
    expect(largest[0]["working_set"] > 100_000, f"resident memory: {largest}")
    text = call(context, "show", file, name).output
    expect("processes now" in text and all(len(line) <= 80 for line in text.splitlines()), text)
    expect([line.split()[:2] for line in text.splitlines() if line.startswith(context.workload_program.name)] ==
           [[context.workload_program.name, str(shown["processes"][0])]], text)
    verdicts = json.loads(call(context, "explain", "--json", file, shown["processes"][0]).output)
    expect_equal([(v["verdict"], v["reason"]) for v in verdicts],
                 [("no", "command_line is another"), ("stays", f"it is in the job {name}, and a member is never moved")], "verdicts of the rules")
    table = call(context, "explain", file, shown["processes"][0]).output
    expect(all(len(line) <= 80 for line in table.splitlines()), table)
    expect("command_line is another" in table and "stays" in table and table.endswith("never moved\n"), table)
    page = call(context, "metrics", "--once", file).output
    expect(f'winjob_job_up{{job_object="{name}"}} 1\n' in page, page)
    expect("CORES" in call(context, "top", "--count=2", "--interval=0.2", file).output, "top")
    lacking = int(context.kernel.name == "wine")  # which holds no limit on processes
    expect(call(context, "doctor", "--json", file, code=lacking).output.startswith("["), "doctor")
    call(context, "kill", file, name)
    wait_until("the end of the workload", lambda: not context.kernel.processes(context.tag, "sleep 51.7"), 20)
    expect(program.running(), "the agent has ended")
    expect("subcommand" in call(context, "lsit", code=2).errors, "an unknown subcommand")
