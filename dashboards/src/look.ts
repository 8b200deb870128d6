// What the boards look like: a colour has one meaning everywhere.
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';

export const colour = {
  usage: 'blue', // what is used
  second: 'super-light-blue', // the other part of a usage: kernel beside user, written beside read
  peak: 'purple', // the most that was ever used
  limit: 'orange', // what may be used
  bad: 'red', // a limit violated, an error, a job that is not there
  good: 'green',
  unknown: 'text', // neither good nor bad
} as const;

/** What a query shows; it decides about colour and line. */
export type Role = 'usage' | 'second' | 'peak' | 'limit' | 'bad' | 'good';

const dashes = (...dash: number[]) => ({ id: 'custom.lineStyle', value: { fill: 'dash', dash } });
const unfilled = { id: 'custom.fillOpacity', value: 0 };
const fixed = (fixedColor: string) => ({ id: 'color', value: { mode: 'fixed', fixedColor } });
/** Several jobs that use something are told apart by shades of the one colour that means usage. */
const shades = (fixedColor: string) => ({ id: 'color', value: { mode: 'shades', fixedColor } });

export const looks: Record<Role, dashboard.DynamicConfigValue[]> = {
  usage: [shades(colour.usage)],
  second: [shades(colour.second)],
  peak: [fixed(colour.peak), dashes(2, 6), unfilled],
  limit: [fixed(colour.limit), dashes(10, 6), unfilled],
  bad: [shades(colour.bad)],
  good: [fixed(colour.good)],
};

export const fixedColour = fixed;

/** Steps of a threshold: the first colour holds from minus infinity on. */
export function thresholds(first: string, ...steps: [from: number, colour: string][]) {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps([{ value: null, color: first }, ...steps.map(([value, color]) => ({ value, color }))]);
}

/** A list below, or a ranking beside the lines: the latest value of each, the largest first. */
export function legend(ranking: boolean) {
  const options = new common.VizLegendOptionsBuilder().showLegend(true);
  if (!ranking) return options.displayMode(common.LegendDisplayMode.List).placement(common.LegendPlacement.Bottom).calcs([]);
  return options
    .displayMode(common.LegendDisplayMode.Table)
    .placement(common.LegendPlacement.Right)
    .calcs(['lastNotNull'])
    .sortBy('Last *')
    .sortDesc(true);
}

export const tooltip = () =>
  new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending);
