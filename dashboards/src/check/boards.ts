// The rules that every board keeps; those of Grafana's dashboard-linter are among them.
import * as units from '@grafana/grafana-foundation-sdk/units';

import type { Families } from './families.js';
import { check } from './promql.js';

// Only what is looked at: the JSON has much more.
interface Target { refId: string; expr: string; legendFormat?: string; datasource?: { uid?: string } }
interface Link { url?: string; type?: string; includeVars?: boolean; keepTime?: boolean }
interface Property { id: string; value: unknown }
interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: { uid?: string };
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: Target[];
  transformations?: { id: string; options: { include?: { names: string[] } } }[];
  fieldConfig?: { defaults: { unit?: string }; overrides: { properties: Property[] }[] };
}
interface Variable {
  name: string;
  label?: string;
  type: string;
  query?: string | { query: string };
  refresh?: number;
  multi?: boolean;
  allValue?: string;
  datasource?: { uid?: string };
}
export interface Board {
  uid: string;
  title: string;
  description?: string;
  tags: string[];
  timezone: string;
  refresh: string;
  graphTooltip: number;
  editable: boolean;
  time: { from: string; to: string };
  links: Link[];
  templating: { list: Variable[] };
  annotations?: { list?: { name: string; expr: string }[] };
  panels: Panel[];
}

const source = '${datasource}';
const knownUnits: ReadonlySet<unknown> = new Set(Object.values(units));
const noise = /"(iteration|__inputs|__requires|pluginVersion)":/;
const variables = [['datasource', 'Data source'], ['job', 'Job'], ['instance', 'Instance'], ['job_object', 'Job object']];

export function checkBoard(board: Board, families: Families, uids: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  const expect = (holds: boolean, why: string) => void (holds || faults.push(`${board.uid}: ${why}`));

  expect(/^winjob-[a-z]{1,33}$/.test(board.uid), 'uid: winjob-<word>, at most 40 characters');
  expect(/^winjob \/ [A-Z]/.test(board.title), 'title: "winjob / View"');
  expect(/[.?]$/.test(board.description ?? ''), 'a description that is a sentence');
  expect(['winjob', 'prometheus'].every((tag) => board.tags.includes(tag)), 'tags winjob and prometheus');
  expect(board.timezone === 'browser' && board.refresh === '30s', 'timezone browser, refresh 30s');
  expect(board.time.from === 'now-1h' && board.time.to === 'now', 'the last hour');
  expect(board.graphTooltip === 1, 'a shared crosshair');
  expect(!board.editable, 'not editable, as it is provisioned');
  expect(!noise.test(JSON.stringify(board)), 'no traces of an export');
  expect(board.links.some((link) => link.type === 'dashboards' && !!link.includeVars && !!link.keepTime),
    'links to the other boards that keep time and variables');

  const names = board.templating.list.map((variable) => variable.name);
  const perJob = names.includes('job_object');
  expect(names.join() === variables.slice(0, perJob ? 4 : 3).map(([name]) => name).join(), `variables are ${names.join()}`);
  for (const variable of board.templating.list) {
    const is = `variable ${variable.name}: `;
    expect(variables.some(([name, label]) => name === variable.name && label === variable.label), is + 'its label');
    if (variable.type === 'datasource') {
      expect(variable.query === 'prometheus', is + 'of type prometheus');
      continue;
    }
    expect(variable.datasource?.uid === source, is + 'the chosen data source');
    expect(variable.refresh === 2 && !!variable.multi && variable.allValue === '.+', is + 'refresh 2, multi, all ".+"');
    const query = typeof variable.query === 'object' ? variable.query.query : '';
    const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
    expect(label === variable.name && selector !== undefined, is + query);
    if (selector === undefined) continue;
    const verdict = check(selector, families);
    faults.push(...verdict.faults.map((fault) => `${board.uid}: ${is}${fault}`));
    expect(verdict.labels.has(variable.name), is + 'a label of the family');
  }

  const checkExpression = (where: string, expr: string, legend: string) => {
    const verdict = check(expr, families);
    verdict.faults.forEach((fault) => expect(false, where + fault));
    const agentsOnly = verdict.selectors.some(({ name }) => name === 'winjob_exporter_build_info');
    for (const { name, matchers } of verdict.selectors) {
      expect(name.includes('winjob_') || agentsOnly, `${where}"${name}" is not of agents alone`);
      const chosen = (label: string) => matchers.get(label) === `$${label}`;
      expect(chosen('job') && chosen('instance'), `${where}"${name}" does not follow job and instance`);
      if (perJob && families.get(name)?.labels.has('job_object'))
        expect(chosen('job_object'), `${where}"${name}" does not follow job_object`);
    }
    for (const [, called, range] of expr.matchAll(/\b(\w+)\([^()]*\[([^\]]+)\]/g)) {
      const wanted = called === 'rate' || called === 'irate' ? /^\$__rate_interval$/ : /^\$__(range|interval|rate_interval)$/;
      expect(wanted.test(range ?? ''), `${where}${called} over ${range}`);
    }
    for (const [, label] of legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g))
      expect(verdict.labels.has(label ?? ''), `${where}the legend's label "${label}" is not in the result`);
    return verdict.labels;
  };

  const places = new Set<string>();
  expect(new Set(board.panels.map(({ id }) => id)).size === board.panels.length, 'panels with the same id');
  for (const panel of board.panels) {
    const is = `panel "${panel.title}": `;
    const { x, y, w, h } = panel.gridPos;
    expect(panel.id > 0 && x >= 0 && x + w <= 24, is + 'its place');
    for (let column = x; column < x + w; ++column)
      for (let line = y; line < y + h; ++line) {
        expect(!places.has(`${column} ${line}`), is + 'lies over another');
        places.add(`${column} ${line}`);
      }
    if (panel.type === 'row') continue;
    expect(panel.title !== '' && !!panel.description?.includes('?'), is + 'a title, and a question as description');
    expect(panel.datasource?.uid === source, is + 'the chosen data source');
    const unit = panel.fieldConfig?.defaults.unit;
    expect(panel.type === 'table' ? unit === undefined : knownUnits.has(unit), `${is}unit ${unit}`);
    for (const { id, value } of panel.fieldConfig?.overrides.flatMap(({ properties }) => properties) ?? []) {
      if (id === 'unit') expect(knownUnits.has(value), `${is}unit ${value}`);
      if (id !== 'links') continue;
      for (const { url } of value as Link[]) {
        const [, uid = ''] = /^\/d\/([\w-]+)\?/.exec(url ?? '') ?? [];
        expect(uids.has(uid), `${is}a link to ${url}`);
      }
    }
    expect(!!panel.targets?.length, is + 'no query');
    const labels = new Set<string>();
    for (const target of panel.targets ?? []) {
      expect(target.datasource?.uid === source, `${is}query ${target.refId}: the chosen data source`);
      checkExpression(is, target.expr, target.legendFormat ?? '').forEach((label) => labels.add(label));
    }
    for (const name of panel.transformations?.flatMap(({ options }) => options.include?.names ?? []) ?? [])
      expect(name.startsWith('Value') || labels.has(name), `${is}no query has the column's label "${name}"`);
  }
  for (const { name, expr } of board.annotations?.list ?? []) checkExpression(`annotation "${name}": `, expr, '');
  return faults;
}
