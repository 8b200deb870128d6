// What a board looks at: its data source, its variables, and the selectors that follow them.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';

export const datasource = { type: 'prometheus', uid: '${datasource}' };

/** Label matchers of one agent, and of one job of it; every selector has one or the other. */
export const ofAgent = 'job=~"$job", instance=~"$instance"';
export const ofJob = `${ofAgent}, job_object=~"$job_object"`;

/** Of a family that all kinds of programs have, the series of agents alone. */
export const ofAgents = (expr: string) => `${expr} and on (job, instance) winjob_exporter_build_info{${ofAgent}}`;

/** Whether each agent is up that answered within the range shown. */
export const up = `up{${ofAgent}} and on (job, instance) last_over_time(winjob_exporter_build_info{${ofAgent}}[$__range])`;

const dataSource = () =>
  new dashboard.DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').regex('');

function labels(name: string, label: string, selector: string) {
  return new dashboard.QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query({
      qryType: 1,
      query: `label_values(${selector}, ${name})`,
      refId: 'PrometheusVariableQueryEditor-VariableQuery',
    })
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}

export const agentVariables = () => [
  dataSource(),
  labels('job', 'Job', 'winjob_exporter_build_info'),
  labels('instance', 'Instance', 'winjob_exporter_build_info{job=~"$job"}'),
];

export const jobVariables = () => [
  ...agentVariables(),
  labels('job_object', 'Job object', 'winjob_job_info{job=~"$job", instance=~"$instance"}'),
];
