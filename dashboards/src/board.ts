// A board: the same frame around rows of panels, and links to the other boards that keep time and variables.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';

import type { Panel } from './panels.js';
import { datasource } from './scope.js';

export interface Annotation {
  name: string;
  expr: string;
  colour: string;
  title: string;
  text: string;
}

export interface Board {
  uid: string;
  title: string;
  about: string;
  variables: Parameters<dashboard.DashboardBuilder['withVariable']>[0][];
  annotations?: Annotation[];
  /** Panels by the heading above them; those under '' stand first, without one. */
  rows: Record<string, Panel[]>;
}

const tag = 'winjob';

function others() {
  return new dashboard.DashboardLinkBuilder('winjob')
    .type(dashboard.DashboardLinkType.Dashboards)
    .tags([tag])
    .icon('external link')
    .includeVars(true)
    .keepTime(true)
    .asDropdown(false);
}

function annotation({ name, expr, colour, title, text }: Annotation) {
  return new dashboard.AnnotationQueryBuilder()
    .name(name)
    .datasource(datasource)
    .enable(true)
    .iconColor(colour)
    .expr(expr)
    .titleFormat(title)
    .textFormat(text)
    .target(new DataqueryBuilder().datasource(datasource).expr(expr).refId('Anno').range());
}

export function build(board: Board): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.about)
    .tags([tag, 'prometheus'])
    .readonly()
    .timezone('browser')
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .link(others());
  board.variables.forEach((variable) => builder.withVariable(variable));
  board.annotations?.forEach((one) => builder.annotation(annotation(one)));
  for (const [heading, panels] of Object.entries(board.rows)) {
    if (heading !== '') builder.withRow(new dashboard.RowBuilder(heading));
    panels.forEach((panel) => builder.withPanel(panel));
  }
  const model = builder.build();
  // The SDK hides links in a menu, unless they have no placement.
  model.links?.forEach((link) => delete link.placement);
  // The SDK leaves panels without numbers, and gives every row the number 0.
  model.panels?.forEach((panel, index) => (panel.id = index + 1));
  return model;
}
