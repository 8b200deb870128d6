// Writes what is generated into a folder, under its paths in the tree: node build.js <folder>
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { build } from './board.js';
import { agent } from './boards/agent.js';
import { fleet } from './boards/fleet.js';
import { job } from './boards/job.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node build.js <folder>');

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

// Classic dashboard JSON, which every Grafana loads.
for (const board of [fleet, job, agent])
  write(`dashboards/generated/${board.uid}.json`, JSON.stringify(build(board), null, 2) + '\n');
