"""Steps that build on each other, and their report."""

import json
import subprocess


class Failed(Exception):
    """A check that did not hold."""


class Skipped(Exception):
    """A check that this machine cannot make."""


def run(*command, **options):
    """Runs a command that must end well, and gives its output."""
    print("$", *command, flush=True)
    done = subprocess.run(list(map(str, command)), stdin=options.pop("stdin", subprocess.DEVNULL), check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600, text=True, **options)
    print(done.stdout, flush=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))[:120]}: status {done.returncode}: {done.stdout[-300:]}")
    return done.stdout


def check(condition, what):
    if not condition:
        raise Failed(what)


def take(steps):
    """Takes the steps, named by what they prove; after one that fails or cannot be taken, none is. Returns the report."""
    report = {"passed": [], "failed": [], "skipped": []}
    reason = None
    for step in steps:
        name = step.__name__.replace("_", " ")
        try:
            if reason is None:
                step()
                report["passed"].append(name)
        except Skipped as skipped:
            reason = str(skipped)
        except (Failed, OSError, subprocess.TimeoutExpired) as error:
            report["failed"].append({"name": name, "why": f"{type(error).__name__}: {error}"})
            break  # each step needs those before it
        if reason is not None:
            report["skipped"].append({"name": name, "reason": reason})
    return report


def write_report(path, report):
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(", ".join(f"{len(tests)} {word}" for word, tests in report.items()))
