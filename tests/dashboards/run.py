#!/usr/bin/env python3
"""Checks dashboards, rules and what goes with them, without a server: tests/dashboards/run.py --build build/release

Needs dashboards/node_modules (scripts/bootstrap test) and the program family_list of that build. --report FILE.json writes
{"passed": [names], "failed": [{"name", "why"}], "skipped": []}. With --write, what the source makes is put into the tree.
"""

import argparse
import filecmp
import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MADE = ROOT / "build" / "dashboards"
BOARDS = ROOT / "dashboards" / "generated"
RULES = sorted((ROOT / "dashboards" / "rules").glob("*.yaml"))
RULE_TESTS = sorted((ROOT / "tests" / "dashboards" / "rules").glob("*.yaml"))


class Failure(Exception):
    """What a check claims is not so."""


def run(*words, cwd=ROOT):
    """The output of a program that must succeed."""
    done = subprocess.run(list(map(str, words)), cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"{words[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def compile_source(_):
    """The source of the dashboards compiles"""
    shutil.rmtree(MADE, ignore_errors=True)
    MADE.mkdir(parents=True)
    (MADE / "node_modules").symlink_to(ROOT / "dashboards" / "node_modules")
    shutil.copy(ROOT / "dashboards" / "package.json", MADE)
    run("node_modules/.bin/tsc", "--project", ".", cwd=ROOT / "dashboards")


def regenerate(arguments):
    """The committed dashboards and manifests are what the source makes"""
    run("node", MADE / "js" / "build.js", ROOT, MADE / "made")
    differing = []
    for made in sorted(path for path in (MADE / "made").rglob("*") if path.is_file()):
        committed = ROOT / made.relative_to(MADE / "made")
        if arguments.write:
            committed.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(made, committed)
        if not committed.exists() or not filecmp.cmp(made, committed, shallow=False):
            differing.append(str(committed.relative_to(ROOT)))
    made = {path.name for path in (MADE / "made" / "dashboards" / "generated").iterdir()}
    differing += [f"{path.relative_to(ROOT)}, which nothing makes" for path in BOARDS.iterdir() if path.name not in made]
    if differing:
        raise Failure(f"not what the source makes (tests/dashboards/run.py --write writes it): {', '.join(differing)}")


def keep_the_rules(arguments):
    """Boards, rules and runbook keep the rules, and name only families and labels that the exporter has"""
    families = MADE / "families.json"
    families.write_text(run(arguments.build / "bin" / "family_list"), encoding="utf-8")
    print("    " + run("node", MADE / "js" / "check" / "main.js", families, ROOT).strip())


def check_rules(_):
    """promtool accepts all rules"""
    run("promtool", "check", "rules", "--lint=all", "--lint-fatal", *RULES)


def test_rules(_):
    """Every alert fires when it should and is quiet when it should (promtool test rules)"""
    run("promtool", "test", "rules", *RULE_TESTS)


def check_provisioning(_):
    """Prometheus, Alertmanager and Grafana are offered what they can read"""
    deploy = ROOT / "deploy"
    for name in ("prometheus.yml", "fleet-agent.yml"):
        mode = ["--agent"] if "agent" in name else []
        run("promtool", "check", "config", "--syntax-only", *mode, deploy / "prometheus" / name)
    run("amtool", "check-config", deploy / "alertmanager" / "alertmanager.yml")
    manifest = run("node", "--input-type=module", "--eval", READ_YAML, cwd=MADE)
    compose, datasources, providers = json.loads(manifest)
    volumes = [volume for service in compose["services"].values() for volume in service.get("volumes", [])]
    for source in (volume.split(":")[0] for volume in volumes if volume.startswith(".")):
        if not (deploy / source).exists():
            raise Failure(f"deploy/compose.yaml mounts {source}, which is not there")
    targets = {volume.split(":")[1] for volume in volumes}
    for provider in providers["providers"]:
        if provider["options"]["path"] not in targets:
            raise Failure(f"no volume is mounted at {provider['options']['path']}, where Grafana looks for dashboards")
    for image in (service["image"] for service in compose["services"].values()):
        if ":" not in image or image.endswith(":latest"):
            raise Failure(f"the image {image} is not pinned")
    if [source["type"] for source in datasources["datasources"]] != ["prometheus"]:
        raise Failure("Grafana has not exactly one data source, of type prometheus")


READ_YAML = """
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
const files = ['compose.yaml', 'grafana/provisioning/datasources/prometheus.yaml', 'grafana/provisioning/dashboards/winjob.yaml'];
console.log(JSON.stringify(files.map((file) => parse(readFileSync('../../deploy/' + file, 'utf8')))));
"""
USE_MIXIN = """
local mixin = (import 'deploy/mixin.libsonnet') { _config+:: { job: 'agents', runbook: 'https://docs.example/' } };
{ boards: std.length(mixin.grafanaDashboards), alerts: mixin.prometheusAlerts, rules: mixin.prometheusRules }
"""


def evaluate_mixin(_):
    """The jsonnet mixin gives the same boards and rules, with another job and runbook when asked"""
    made = json.loads(run("jsonnet", "--exec", USE_MIXIN))
    if made["boards"] != len(list(BOARDS.iterdir())):
        raise Failure(f"the mixin has {made['boards']} boards")
    for name in ("alerts", "rules"):
        (MADE / f"mixin-{name}.yaml").write_text(json.dumps(made[name]), encoding="utf-8")
        run("promtool", "check", "rules", MADE / f"mixin-{name}.yaml")
    alerts = [rule for group in made["alerts"]["groups"] for rule in group["rules"]]
    if any('job="winjob"' in rule["expr"] for rule in alerts) or not any('job="agents"' in rule["expr"] for rule in alerts):
        raise Failure("the mixin does not put in its own scrape job")
    if not all(rule["annotations"]["runbook_url"].startswith("https://docs.example/docs/runbook.md#") for rule in alerts):
        raise Failure("the mixin does not put in its own address of the runbook")


CHECKS = [compile_source, regenerate, keep_the_rules, check_rules, test_rules,
          check_provisioning, evaluate_mixin]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release", help="a build with family_list")
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("--write", action="store_true", help="put what the source makes into the tree")
    arguments = parser.parse_args()
    arguments.build = arguments.build.resolve()
    report = {"passed": [], "failed": [], "skipped": []}
    for check in CHECKS:
        name = check.__doc__
        try:
            check(arguments)
        except (Failure, OSError) as failure:
            report["failed"].append({"name": name, "why": str(failure)})
            print(f"FAILED   {name}\n{failure}")
        else:
            report["passed"].append(name)
            print(f"ok       {name}")
    if arguments.report:
        arguments.report.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(", ".join(f"{len(tests)} {word}" for word, tests in report.items()))
    return 1 if report["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
