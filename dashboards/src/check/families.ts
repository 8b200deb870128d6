// What the page can have: the exporter's own families, what Prometheus adds to each scrape, and what rules record.
import { readFileSync } from 'node:fs';

export interface Family {
  type: string;
  /** Label names; fixed values, or none when any value may stand there. */
  labels: ReadonlyMap<string, readonly string[]>;
}

export type Families = Map<string, Family>;

interface Listed {
  name: string;
  type: string;
  labels: Record<string, string[]>;
}

/** Labels that Prometheus gives to every series that it scrapes. */
const ofTarget: [string, string[]][] = [['job', []], ['instance', []]];

const ofPrometheus: Listed[] = [
  { name: 'up', type: 'gauge', labels: {} },
  { name: 'scrape_duration_seconds', type: 'gauge', labels: {} },
  { name: 'scrape_samples_scraped', type: 'gauge', labels: {} },
];

/** Reads what `family_list` printed. */
export function readFamilies(path: string): Families {
  const listed = JSON.parse(readFileSync(path, 'utf8')) as Listed[];
  const families: Families = new Map();
  const add = (name: string, type: string, labels: Record<string, string[]>) =>
    families.set(name, { type, labels: new Map([...ofTarget, ...Object.entries(labels)]) });
  for (const { name, type, labels } of [...listed, ...ofPrometheus]) {
    if (type !== 'histogram') {
      add(name, type, labels);
      continue;
    }
    add(`${name}_bucket`, 'counter', { ...labels, le: [] });
    add(`${name}_sum`, 'counter', labels);
    add(`${name}_count`, 'counter', labels);
  }
  return families;
}
