// The few kinds of panels that the boards are made of. Each has a title, the question that it answers, and its queries.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

import { fixedColour, legend, looks, thresholds, tooltip, type Role } from './look.js';
import { datasource } from './scope.js';

export type Panel = Builder<dashboard.Panel>;

interface Face {
  title: string;
  /** The question that the panel answers, and what to know about the answer. */
  about: string;
  unit: string;
  width: number;
  height?: number;
}

export interface Query {
  expr: string;
  legend: string;
  role: Role;
}

const refId = (index: number) => String.fromCharCode('A'.charCodeAt(0) + index);

const target = (expr: string, index: number) => new DataqueryBuilder().datasource(datasource).expr(expr).refId(refId(index));

interface Lines extends Face {
  queries: Query[];
  /** Values that belong together are stacked; bars are for things that happen, areas for things that last. */
  style?: 'lines' | 'areas' | 'bars';
  colours?: Record<string, string>;
  /** Many jobs or agents: the legend ranks them. */
  ranking?: boolean;
}

/** Values over time. */
export function lines({ style = 'lines', ranking = false, colours = {}, queries, height = 8, ...face }: Lines): Panel {
  const panel = new timeseries.PanelBuilder()
    .title(face.title)
    .description(face.about)
    .datasource(datasource)
    .unit(face.unit)
    .span(face.width)
    .height(height)
    .min(0)
    .legend(legend(ranking))
    .tooltip(tooltip())
    .lineWidth(style === 'lines' ? 2 : 1)
    .fillOpacity({ lines: 8, areas: 35, bars: 80 }[style])
    .showPoints(common.VisibilityMode.Never)
    .drawStyle(style === 'bars' ? common.GraphDrawStyle.Bars : common.GraphDrawStyle.Line);
  if (style !== 'lines') panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A'));
  queries.forEach((query, index) => {
    panel.withTarget(target(query.expr, index).legendFormat(query.legend).range());
    panel.overrideByQuery(refId(index), looks[query.role]);
  });
  for (const [name, is] of Object.entries(colours)) panel.overrideByName(name, [fixedColour(is)]);
  return panel;
}

interface Number extends Face {
  expr: string;
  legend: string;
  steps: Parameters<typeof thresholds>;
  /** A line behind the number: how it came about. */
  history?: boolean;
  decimals?: number;
  /** The legend stands beside the number even if it is the only one. */
  named?: boolean;
  /** Of several numbers those with these names have these colours, and the rest has `otherwise`. */
  colours?: Record<string, string>;
  otherwise?: string;
}

/** One number, coloured by what it means. */
export function number({ expr, steps, history = false, named = false, height = 4, colours = {}, otherwise, ...face }: Number): Panel {
  const query = target(expr, 0).legendFormat(face.legend);
  const panel = new stat.PanelBuilder()
    .title(face.title)
    .description(face.about)
    .datasource(datasource)
    .unit(face.unit)
    .span(face.width)
    .height(height)
    .thresholds(thresholds(...steps))
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(history ? common.BigValueGraphMode.Area : common.BigValueGraphMode.None)
    .textMode(named ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Auto)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .withTarget(history ? query.range() : query.instant());
  if (face.decimals !== undefined) panel.decimals(face.decimals);
  if (otherwise !== undefined) panel.colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Fixed).fixedColor(otherwise));
  for (const [name, is] of Object.entries(colours)) panel.overrideByName(name, [fixedColour(is)]);
  return panel;
}

export interface Column {
  title: string;
  /** A query's value, or else a label of the rows. */
  expr?: string;
  label?: string;
  unit?: string;
  decimals?: number;
  width?: number;
  steps?: Parameters<typeof thresholds>;
  /** A bar behind the number, from 0 to `max`. */
  max?: number;
  /** Where a click leads. */
  link?: { title: string; url: string };
}

interface Table extends Omit<Face, 'unit'> {
  columns: Column[];
  /** Queries that only give labels to the rows. */
  facts?: string[];
  sort: string;
}

/** A row for each job or agent: the queries are joined by the labels they share. */
export function rows({ columns, facts = [], sort, height = 9, ...face }: Table): Panel {
  const panel = new table.PanelBuilder()
    .title(face.title)
    .description(face.about)
    .datasource(datasource)
    .span(face.width)
    .height(height)
    .showHeader(true)
    .cellHeight(common.TableCellHeight.Sm)
    .sortBy([new common.TableSortByFieldStateBuilder().displayName(sort).desc(true)]);
  const renamed: Record<string, string> = {};
  const order: Record<string, number> = {};
  let queries = 0;
  const ask = (expr: string) => {
    panel.withTarget(target(expr, queries).instant().format(PromQueryFormat.Table));
    return refId(queries++);
  };
  facts.forEach(ask);
  const several = facts.length + columns.filter(({ expr }) => expr !== undefined).length > 1;
  columns.forEach((column, position) => {
    const query = column.expr && ask(column.expr);
    const field = query ? (several ? `Value #${query}` : 'Value') : (column.label ?? '');
    renamed[field] = column.title;
    order[field] = position;
    panel.overrideByName(column.title, properties(column));
  });
  return panel
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { names: Object.keys(renamed) } },
    })
    .withTransformation({ id: 'organize', options: { excludeByName: {}, indexByName: order, renameByName: renamed } });
}

function properties(column: Column): dashboard.DynamicConfigValue[] {
  const all: [string, unknown][] = [
    ['unit', column.unit],
    ['decimals', column.decimals],
    ['custom.width', column.width],
    ['thresholds', column.steps && thresholds(...column.steps).build()],
    ['min', column.max === undefined ? undefined : 0],
    ['max', column.max],
    ['links', column.link && [{ ...column.link, targetBlank: false }]],
  ];
  if (column.max !== undefined) all.push(['custom.cellOptions', { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' }]);
  else if (column.steps !== undefined) all.push(['custom.cellOptions', { type: 'color-text' }]);
  return all.filter(([, value]) => value !== undefined).map(([id, value]) => ({ id, value }));
}
