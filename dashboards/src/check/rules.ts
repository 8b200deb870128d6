// The rules that recording and alert rules keep, and that the runbook and the unit tests know every alert.
import type { Families } from './families.js';
import { check } from './promql.js';

export interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}
export interface RuleFile { groups: { name: string; rules: Rule[] }[] }
export interface TestFile {
  tests: { alert_rule_test?: { alertname: string; exp_alerts?: unknown[] }[] }[];
}

export const rulesOf = (file: RuleFile): Rule[] => file.groups.flatMap(({ rules }) => rules);

/** Checks recording rules in their order, and adds what they record to the families. */
export function checkRecordings(rules: Rule[], families: Families): string[] {
  const faults: string[] = [];
  for (const { record = '', expr } of rules) {
    const verdict = check(expr, families);
    faults.push(...verdict.faults.map((fault) => `${record}: ${fault}`));
    if (!/^[a-z_]+:winjob_[a-z_]+:[a-z0-9_]+$/.test(record)) faults.push(`${record}: the name is not level:metric:operation`);
    families.set(record, { type: 'gauge', labels: new Map([...verdict.labels].map((label) => [label, []])) });
  }
  return faults;
}

function checkAlert(rule: Rule, families: Families): string[] {
  const { alert = '', annotations = {} } = rule;
  const faults: string[] = [];
  const expect = (holds: boolean, why: string) => void (holds || faults.push(`${alert}: ${why}`));
  const verdict = check(rule.expr, families);
  verdict.faults.forEach((fault) => expect(false, fault));
  expect(/^Winjob([A-Z][a-z]+)+$/.test(alert), 'the name is not WinjobSomething');
  expect(['critical', 'warning', 'info'].includes(rule.labels?.['severity'] ?? ''), 'severity');
  expect(/^[A-Z].*\.$/.test(annotations['summary'] ?? ''), 'summary: a sentence');
  expect(!annotations['summary']?.includes('{{'), 'summary: the same for every job');
  expect(/^(\{\{|[A-Z]).*\.$/s.test(annotations['description'] ?? ''), 'description: a sentence');
  expect(annotations['runbook_url'] === `docs/runbook.md#${alert.toLowerCase()}`, 'runbook_url');
  for (const [, label] of (annotations['description'] ?? '').matchAll(/\$labels\.(\w+)/g))
    expect(verdict.labels.has(label ?? ''), `the description's label "${label}" is not in the result`);
  return faults;
}

export function checkAlerts(rules: Rule[], families: Families, runbook: string, tests: TestFile[]): string[] {
  const faults = rules.flatMap((rule) => checkAlert(rule, families));
  const names = rules.map(({ alert }) => alert ?? '');
  const sections = [...runbook.matchAll(/^## (Winjob\w+)$/gm)].map(([, name]) => name ?? '');
  const cases = tests.flatMap((file) => file.tests).flatMap((test) => test.alert_rule_test ?? []);
  for (const name of names) {
    if (!sections.includes(name)) faults.push(`${name}: docs/runbook.md has no section`);
    const mine = cases.filter(({ alertname }) => alertname === name);
    if (!mine.some(({ exp_alerts }) => exp_alerts?.length)) faults.push(`${name}: no test sees it fire`);
    if (!mine.some(({ exp_alerts }) => !exp_alerts?.length)) faults.push(`${name}: no test sees it quiet`);
  }
  for (const name of sections) if (!names.includes(name)) faults.push(`docs/runbook.md: there is no alert ${name}`);
  const parts = ['**Meaning.**', '**Impact.**', '**How to look.**', '**What to do.**'];
  for (const section of runbook.split(/^## /m).slice(1).filter((text) => text.startsWith('Winjob')))
    for (const part of parts) if (!section.includes(part)) faults.push(`docs/runbook.md: ${section.split('\n')[0]}: ${part}`);
  return faults;
}
