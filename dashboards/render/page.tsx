// Draws one committed dashboard with Grafana's own components (@grafana/ui), from a Prometheus behind /prometheus.
// For pictures only: variables stand on "All", or on what the address says (var-<name>, as in Grafana); nothing can be clicked.
import {
  applyFieldOverrides, createTheme, dateTime, FieldConfigOptionsRegistry, getFieldDisplayValues, LoadingState,
  standardFieldConfigEditorRegistry, standardTransformers, standardTransformersRegistry, ThemeContext,
  transformDataFrame,
} from '@grafana/data';
import { BigValue, GlobalStyles, PanelChrome, Table, TimeSeries } from '@grafana/ui';
import * as React from 'react';
import { createRoot } from 'react-dom/client';

import { asked, framesOf, interpolate, range, variables } from './query';

const seen = { panels: [], errors: [] as string[] } as { panels: object[]; errors: string[] };
Object.assign(window, { seen });
const note = (error: any) => seen.errors.push(String(error?.stack ?? error));
window.addEventListener('error', (event) => note(event.error ?? event.message));
window.addEventListener('unhandledrejection', (event) => note(event.reason));

const theme = createTheme({ colors: { mode: asked.get('theme') === 'light' ? 'light' : 'dark' } });
const width = 1600;
const row = 38;
const time = { from: dateTime(range.from * 1000), to: dateTime(range.to * 1000) };
const timeRange = { ...time, raw: time };

// What Grafana's core registers and the library leaves to it.
const option = (id: string, path: string, isCustom: boolean) =>
  ({ id, path, name: id, isCustom, shouldApply: () => true, process: (value: any) => value, override: (value: any) => value, editor: () => null }) as any;
const standard = ['unit', 'min', 'max', 'decimals', 'displayName', 'color', 'thresholds', 'mappings', 'links', 'noValue'];
standardFieldConfigEditorRegistry.setInit(() => standard.map((id) => option(id, id, false)));
standardTransformersRegistry.setInit(() =>
  [...new Map(Object.values(standardTransformers).map((one: any) => [one.id, one])).values()].map(
    (one: any) => ({ id: one.id, name: one.name, transformation: async () => one, editor: () => null }) as any));

function registryOf(panel: any) {
  const custom = new Set(Object.keys(panel.fieldConfig.defaults.custom));
  for (const { properties } of panel.fieldConfig.overrides)
    for (const { id } of properties) if (id.startsWith('custom.')) custom.add(id.slice('custom.'.length));
  return new (FieldConfigOptionsRegistry as any)(() => [
    ...standardFieldConfigEditorRegistry.list(),
    ...[...custom].map((path) => option(`custom.${path}`, path, true)),
  ]);
}

async function load(panel: any) {
  const raw = await framesOf(panel);
  const joined: any[] = panel.transformations?.length
    ? await new Promise((done, failed) => transformDataFrame(panel.transformations, raw).subscribe({ next: done, error: failed }))
    : raw;
  return applyFieldOverrides({
    data: joined, fieldConfig: panel.fieldConfig, fieldConfigRegistry: registryOf(panel), replaceVariables: interpolate, theme,
    timeZone: 'browser',
  } as any);
}

function Numbers({ panel, data, w, h }: any) {
  const { options } = panel;
  const values = getFieldDisplayValues({
    fieldConfig: panel.fieldConfig, reduceOptions: { values: false, ...options.reduceOptions }, replaceVariables: interpolate,
    theme, data, sparkline: options.graphMode !== 'none', timeZone: 'browser',
  } as any);
  return (
    <div style={{ display: 'flex', gap: 4 }}>
      {values.map((value, index) => (
        <BigValue key={index} value={value.display} sparkline={value.sparkline} theme={theme} width={w / values.length} height={h}
          colorMode={options.colorMode} graphMode={options.graphMode} justifyMode={options.justifyMode}
          textMode={options.textMode} count={values.length} />
      ))}
    </div>
  );
}

function Drawn({ panel, w, h }: any) {
  const [data, setData] = React.useState<any[]>();
  React.useEffect(() => {
    load(panel).then((frames) => {
      setData(frames);
      seen.panels.push({ id: panel.id, title: panel.title, rows: frames.reduce((sum, frame) => sum + frame.length, 0) });
    }, note);
  }, []);
  if (data === undefined) return null;
  if (data.every((frame) => frame.length === 0))
    return <div style={{ height: h, display: 'grid', placeItems: 'center', color: theme.colors.text.secondary }}>No data</div>;
  if (panel.type === 'stat') return <Numbers panel={panel} data={data} w={w} h={h} />;
  if (panel.type === 'table')
    return <Table data={data[0]} width={w} height={h} initialSortBy={panel.options.sortBy} cellHeight={panel.options.cellHeight} />;
  return (
    <TimeSeries frames={data} timeRange={timeRange as any} timeZone="browser" width={w} height={h} structureRev={1}
      legend={panel.options.legend} options={panel.options} >{() => null as any}</TimeSeries>
  );
}

// What Grafana fills in when it loads a dashboard.
function withDefaults(panel: any) {
  const defaults = panel.fieldConfig.defaults;
  defaults.custom ??= {};
  defaults.mappings ??= [];
  defaults.color ??= { mode: panel.type === 'timeseries' ? 'palette-classic' : 'thresholds' };
  defaults.thresholds ??= { mode: 'absolute', steps: [{ value: null, color: 'text' }] };
  const every = [defaults.thresholds, ...panel.fieldConfig.overrides.flatMap(({ properties }: any) =>
    properties.filter(({ id }: any) => id === 'thresholds').map(({ value }: any) => value))];
  for (const { steps } of every) for (const step of steps) step.value ??= -Infinity;
  return panel;
}

function Place({ panel }: any) {
  const { x, y, w, h } = panel.gridPos;
  const cell = width / 24;
  const style: React.CSSProperties = { position: 'absolute', left: x * cell + 4, top: y * row + 4, width: w * cell - 8, height: h * row - 8 };
  if (panel.type === 'row')
    return <div style={{ ...style, color: theme.colors.text.primary, fontSize: 16, fontWeight: 500, paddingTop: 6 }}>{panel.title}</div>;
  return (
    <div style={style} data-panel={panel.id}>
      <PanelChrome title={panel.title} description={panel.description} width={style.width as number} height={style.height as number}
        loadingState={LoadingState.Done}>{(w, h) => <Drawn panel={withDefaults(panel)} w={w} h={h} />}</PanelChrome>
    </div>
  );
}

async function draw() {
  const board = await (await fetch('/dashboard.json')).json();
  for (const { type, name, allValue } of board.templating.list) if (type === 'query') variables[name] = asked.get(`var-${name}`) ?? allValue;
  const height = Math.max(...board.panels.map(({ gridPos }: any) => gridPos.y + gridPos.h)) * row + 8;
  createRoot(document.getElementById('root')!).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles isExtensionSidebarOpen={false} />
      <div id="board" style={{ position: 'relative', width, height, background: theme.colors.background.canvas }}>
        {board.panels.map((panel: any) => <Place key={panel.id} panel={panel} />)}
      </div>
    </ThemeContext.Provider>,
  );
}
draw().catch(note);
