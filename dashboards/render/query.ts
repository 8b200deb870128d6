// A panel's queries as Grafana's data frames.
import { FieldType, toDataFrame, type DataFrame } from '@grafana/data';

export const asked = new URLSearchParams(location.search);
const seconds = Number(asked.get('range') ?? 300);
const now = Number(asked.get('now') ?? Math.floor(Date.now() / 1000));
export const range = { from: now - seconds, to: now, step: Math.max(1, Math.ceil(seconds / 400)) };
export const variables: Record<string, string> = {};

const builtin: Record<string, string> = {
  // Grafana's rule, with a scrape each second: the step and a scrape more, but at least four scrapes. Eight look calmer.
  __rate_interval: `${Math.max(range.step + 1, 8)}s`,
  __interval: `${Math.max(range.step, 8)}s`,
  __range: `${seconds}s`,
};
export const interpolate = (text: string) =>
  text.replace(/\$\{?(\w+)\}?/g, (whole, name) => builtin[name] ?? variables[name] ?? whole);

async function ask(path: string, parameters: Record<string, string>) {
  const answer = await (await fetch(`/prometheus/api/v1/${path}?${new URLSearchParams(parameters)}`)).json();
  if (answer.status !== 'success') throw new Error(`${answer.error}: ${JSON.stringify(parameters)}`);
  return answer.data.result as { metric: Record<string, string>; value: [number, string]; values: [number, string][] }[];
}

const legend = (format: string, labels: Record<string, string>) =>
  format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => labels[name] ?? '');

function tableOf(refId: string, several: boolean, rows: Awaited<ReturnType<typeof ask>>): DataFrame {
  const names = [...new Set(rows.flatMap(({ metric }) => Object.keys(metric)))].sort();
  return toDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: rows.map(({ value }) => value[0] * 1000) },
      ...names.map((name) => ({ name, type: FieldType.string, values: rows.map(({ metric }) => metric[name] ?? '') })),
      { name: several ? `Value #${refId}` : 'Value', type: FieldType.number, values: rows.map(({ value }) => Number(value[1])) },
    ],
  });
}

function seriesOf(refId: string, name: string, labels: Record<string, string>, values: [number, string][]): DataFrame {
  return toDataFrame({
    refId,
    name,
    fields: [
      { name: 'Time', type: FieldType.time, values: values.map(([at]) => at * 1000), config: { interval: range.step * 1000 } },
      { name: 'Value', type: FieldType.number, labels, values: values.map(([, value]) => Number(value)), config: { displayNameFromDS: name } },
    ],
  });
}

export async function framesOf(panel: any): Promise<DataFrame[]> {
  const frames: DataFrame[] = [];
  for (const target of panel.targets) {
    const query = interpolate(target.expr);
    if (target.instant) {
      const rows = await ask('query', { query, time: String(range.to) });
      if (target.format === 'table') frames.push(tableOf(target.refId, panel.targets.length > 1, rows));
      else for (const { metric, value } of rows) frames.push(seriesOf(target.refId, legend(target.legendFormat, metric), metric, [value]));
      continue;
    }
    const rows = await ask('query_range', { query, start: String(range.from), end: String(range.to), step: String(range.step) });
    for (const { metric, values } of rows) frames.push(seriesOf(target.refId, legend(target.legendFormat, metric), metric, values));
  }
  return frames;
}
