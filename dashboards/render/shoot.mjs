// Bundles the page and photographs a dashboard: node shoot.mjs <dashboard.json> <port of Prometheus> <picture.png> <range in s> [name=value...]
// The names are those of the address: theme=light, var-job_object=build. Prints what was drawn as JSON; status 1 if the page had an error, or a panel without data.
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const [board, prometheus, picture, range, ...more] = process.argv.slice(2);
const address = new URLSearchParams(`range=${range}&${more.join('&')}`);
const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const cjs = (name, file) => join(modules, '@grafana', name, 'dist/cjs', file);

// The CommonJS builds: the others mix up default imports. The editor and fonts are not needed.
const empty = join(here, 'empty.js');
const bundle = await build({
  entryPoints: [join(here, 'page.tsx')], bundle: true, write: false, outdir: 'out', format: 'iife', jsx: 'automatic', minify: true,
  logLevel: 'error', nodePaths: [modules], define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'window' },
  alias: {
    'monaco-editor': empty, 'react-monaco-editor': empty, '@monaco-editor/react': empty, '@grafana/ui': cjs('ui', 'index.cjs'),
    '@grafana/data/unstable': cjs('data', 'unstable.cjs'), '@grafana/data': cjs('data', 'index.cjs'),
  },
  loader: { '.ttf': 'dataurl', '.svg': 'dataurl', '.png': 'dataurl', '.woff2': 'dataurl' },
});
const files = {
  '/': ['text/html', '<!doctype html><meta charset=utf-8><link rel=stylesheet href=/page.css><style>body{margin:0}</style><div id=root></div><script src=/page.js></script>'],
  '/dashboard.json': ['application/json', readFileSync(board)],
};
for (const { path, contents } of bundle.outputFiles)
  files[`/page${path.slice(path.lastIndexOf('.'))}`] = [path.endsWith('.js') ? 'text/javascript' : 'text/css', contents];

const server = createServer(async (request, response) => {
  const path = request.url.split('?')[0];
  const [type, body] = files[path] ?? ['text/plain', ''];
  if (!path.startsWith('/prometheus/')) return response.writeHead(files[path] ? 200 : 404, { 'content-type': type }).end(body);
  const answer = await fetch(`http://127.0.0.1:${prometheus}${request.url.slice('/prometheus'.length)}`);
  return response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  timeout: 120000,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'],
});
const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
page.setDefaultTimeout(240000);
const wanted = JSON.parse(readFileSync(board)).panels.filter(({ type }) => type !== 'row').length;
await page.goto(`http://127.0.0.1:${server.address().port}/?${address}`);
await page.waitForFunction((count) => window.seen.panels.length + window.seen.errors.length >= count, wanted).catch(() => {});
await page.waitForTimeout(1500);
const seen = await page.evaluate(() => window.seen);
await (await page.$('#board')).screenshot({ path: picture });
await browser.close();
server.close();
console.log(JSON.stringify(seen, null, 1));
const blank = seen.panels.filter(({ rows }) => rows === 0).map(({ title }) => title);
if (seen.errors.length > 0 || seen.panels.length < wanted || blank.length > 0) {
  console.error(`${seen.panels.length} of ${wanted} panels drawn; without data: ${blank.join(', ') || 'none'}`);
  process.exit(1);
}
