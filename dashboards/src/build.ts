// Writes what is generated into a folder, under its paths in the tree: node build.js <root> <folder>
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';

import { build } from './board.js';
import { agent } from './boards/agent.js';
import { fleet } from './boards/fleet.js';
import { job } from './boards/job.js';

const [root, folder] = process.argv.slice(2);
if (root === undefined || folder === undefined) throw new Error('usage: node build.js <root of the tree> <folder>');

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

// Classic dashboard JSON, which every Grafana loads.
for (const board of [fleet, job, agent])
  write(`dashboards/generated/${board.uid}.json`, JSON.stringify(build(board), null, 2) + '\n');

// The rules as the Prometheus operator takes them.
const groups = ['recording', 'alerts'].flatMap(
  (name) => (parse(readFileSync(join(root, `dashboards/rules/${name}.yaml`), 'utf8')) as { groups: unknown[] }).groups,
);
write(
  'deploy/kubernetes/prometheusrule.yaml',
  '# Made from dashboards/rules by dashboards/src/build.ts.\n' +
    stringify({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'winjob', labels: { 'app.kubernetes.io/name': 'winjob' } },
      spec: { groups },
    }, { lineWidth: 0 }),
);
