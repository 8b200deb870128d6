// Checks boards, rules, runbook and rule tests against the families: node check/main.js <families.json> <root of the tree>
// Prints a line for each thing that was checked, or its faults; status 1 if there are any.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

import { checkBoard, type Board } from './boards.js';
import { readFamilies } from './families.js';
import { checkAlerts, checkRecordings, rulesOf, type RuleFile, type TestFile } from './rules.js';

const [list, root] = process.argv.slice(2);
if (list === undefined || root === undefined) throw new Error('usage: node check/main.js <families.json> <root>');

const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const filesOf = (folder: string, ending: string) =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith(ending)).map((name) => read(folder, name));

const families = readFamilies(list);
const recordings = rulesOf(parse(read('dashboards/rules/recording.yaml')) as RuleFile);
const alerts = rulesOf(parse(read('dashboards/rules/alerts.yaml')) as RuleFile);
const tests = filesOf('tests/dashboards/rules', '.yaml').map((text) => parse(text) as TestFile);
const boards = filesOf('dashboards/generated', '.json').map((text) => JSON.parse(text) as Board);

const faults = [...checkRecordings(recordings, families), ...checkAlerts(alerts, families, read('docs/runbook.md'), tests)];
const uids = new Set(boards.map(({ uid }) => uid));
for (const board of boards) faults.push(...checkBoard(board, families, uids));

faults.forEach((fault) => console.error(fault));
if (faults.length > 0) process.exit(1);
console.log(`${families.size} families; ${recordings.length} recordings, ${alerts.length} alerts, ${boards.length} boards keep the rules`);
