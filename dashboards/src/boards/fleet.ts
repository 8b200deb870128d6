// All agents at a glance: what is wrong, who uses the most. It reads recorded series, so that it stays quick for thousands.
import * as units from '@grafana/grafana-foundation-sdk/units';

import type { Board } from '../board.js';
import { colour } from '../look.js';
import { lines, number, rows, type Column } from '../panels.js';
import { agentVariables, ofAgent, up } from '../scope.js';

const cores = `instance_job_object:winjob_cpu_seconds:rate5m{${ofAgent}}`;
const processes = `winjob_active_processes{${ofAgent}}`;
const memory = `winjob_memory_commit_bytes{${ofAgent}}`;
const started = `instance_job_object:winjob_processes_started:rate5m{${ofAgent}}`;
const violated = `instance_limit:winjob_limit_violations:rate5m{${ofAgent}}`;
const killed = `instance:winjob_processes_terminated:rate5m{${ofAgent}}`;
const troubled = `instance_state:winjob_job_state:sum{${ofAgent}, state!="open"}`;

/** The ten with the highest average over the whole range: the same ten at each point of it. */
const topTen = (selector: string) => `${selector} and topk(10, avg_over_time(${selector}[$__range] @ end()))`;

/** A column that shows how much of a limit is used. */
const ofLimit = (title: string, recorded: string): Column => ({
  title,
  expr: `sum by (job_object, instance) (instance_job_object:${recorded}{${ofAgent}})`,
  unit: units.PercentUnit,
  decimals: 0,
  max: 1,
  steps: [colour.usage, [0.9, colour.bad]],
});

const jobLink = {
  title: 'Look at this job',
  url: '/d/winjob-job?var-job_object=${__data.fields["Job object"]}&var-instance=${__data.fields.Instance}&${datasource:queryparam}&${__url_time_range}',
};
const agentLink = {
  title: 'Look at this agent',
  url: '/d/winjob-agent?var-instance=${__data.fields.Instance}&${datasource:queryparam}&${__url_time_range}',
};

export const fleet: Board = {
  uid: 'winjob-fleet',
  title: 'winjob / Fleet',
  about: 'All agents and their jobs: what is wrong, and who uses the most. Needs the recording rules of winjob.',
  variables: agentVariables(),
  rows: {
    '': [
      number({
        title: 'Agents down',
        about: 'How many agents does Prometheus fail to reach now?',
        unit: units.Short,
        width: 4,
        expr: `sum(1 - (${up}))`,
        legend: 'agents',
        steps: [colour.good, [1, colour.bad]],
      }),
      number({
        title: 'Jobs open',
        about: 'How many jobs are watched now?',
        unit: units.Short,
        width: 4,
        expr: `sum(instance_state:winjob_job_state:sum{${ofAgent}, state="open"})`,
        legend: 'jobs',
        steps: [colour.unknown],
        history: true,
      }),
      number({
        title: 'Jobs in trouble',
        about: 'How many configured jobs are absent, denied, in conflict, or have a command that did not start?',
        unit: units.Short,
        width: 4,
        expr: `sum(${troubled})`,
        legend: 'jobs',
        steps: [colour.good, [1, colour.bad]],
        history: true,
      }),
      number({
        title: 'Violations a minute',
        about: 'How often do jobs cross the notification limits that are configured?',
        unit: units.Short,
        width: 4,
        expr: `60 * sum(${violated})`,
        legend: 'violations',
        steps: [colour.good, [0.01, colour.bad]],
        history: true,
        decimals: 1,
      }),
      number({
        title: 'Cores in use',
        about: 'How many processor cores do all jobs together use? A nested job is counted in its outer one too.',
        unit: units.Short,
        width: 4,
        expr: `sum(${cores})`,
        legend: 'cores',
        steps: [colour.usage],
        history: true,
        decimals: 2,
      }),
      number({
        title: 'Processes',
        about: 'How many processes live in all jobs together?',
        unit: units.Short,
        width: 4,
        expr: `sum(instance:winjob_active_processes:sum{${ofAgent}})`,
        legend: 'processes',
        steps: [colour.usage],
        history: true,
      }),
    ],
    'What is wrong?': [
      lines({
        title: 'Jobs that are not open',
        about: 'Which jobs cannot be watched as configured, and since when? Empty is good.',
        unit: units.Short,
        width: 12,
        style: 'areas',
        queries: [{ expr: `sum by (state) (${troubled}) > 0`, legend: '{{state}}', role: 'bad' }],
      }),
      lines({
        title: 'Limits reached a minute',
        about: 'Where are notification limits crossed, and where does the kernel end processes because of a limit? Empty is good.',
        unit: units.Short,
        width: 12,
        style: 'bars',
        queries: [
          { expr: `60 * sum by (instance, limit) (${violated}) > 0`, legend: '{{instance}}: {{limit}} crossed', role: 'peak' },
          { expr: `60 * sum by (instance) (${killed}) > 0`, legend: '{{instance}}: processes ended', role: 'bad' },
        ],
      }),
      rows({
        title: 'Agents',
        about: 'Is each agent up, what does it run on, and how fresh is its reading? A click leads to the agent.',
        width: 24,
        height: 7,
        sort: 'Jobs in trouble',
        columns: [
          { title: 'Instance', label: 'instance', link: agentLink },
          { title: 'Kernel', label: 'kernel' },
          { title: 'Level', label: 'level' },
          { title: 'Version', label: 'version' },
          {
            title: 'Up',
            expr: `max by (instance) (${up})`,
            steps: [colour.bad, [1, colour.good]],
          },
          {
            title: 'Jobs in trouble',
            expr: `sum by (instance) (${troubled})`,
            steps: [colour.unknown, [1, colour.bad]],
          },
          {
            title: 'Reading is old by',
            expr: `max by (instance) (time() - winjob_last_poll_timestamp_seconds{${ofAgent}})`,
            unit: units.Seconds,
            decimals: 1,
            steps: [colour.unknown, [60, colour.bad]],
          },
        ],
        facts: [
          `max by (instance, version) (winjob_exporter_build_info{${ofAgent}})`,
          `max by (instance, kernel, level) (winjob_kernel_info{${ofAgent}})`,
        ],
      }),
    ],
    'Who uses the most?': [
      lines({
        title: 'Cores, ten busiest jobs',
        about: 'Which jobs used the most processor time over the range shown?',
        unit: units.Short,
        width: 12,
        ranking: true,
        queries: [{ expr: topTen(cores), legend: '{{job_object}} on {{instance}}', role: 'usage' }],
      }),
      lines({
        title: 'Committed memory, ten largest jobs',
        about: 'Which jobs had the most memory committed over the range shown?',
        unit: units.BytesIEC,
        width: 12,
        ranking: true,
        queries: [{ expr: topTen(memory), legend: '{{job_object}} on {{instance}}', role: 'usage' }],
      }),
      rows({
        title: 'Jobs',
        about: 'What do the jobs use now, and how much of what they may? A click leads to the job; columns sort.',
        width: 24,
        sort: 'Cores',
        columns: [
          { title: 'Job object', label: 'job_object', link: jobLink },
          { title: 'Instance', label: 'instance' },
          { title: 'Cores', expr: `sum by (job_object, instance) (${cores})`, unit: units.Short, decimals: 2 },
          { title: 'Memory', expr: `sum by (job_object, instance) (${memory})`, unit: units.BytesIEC },
          { title: 'Processes', expr: `sum by (job_object, instance) (${processes})`, unit: units.Short },
          ofLimit('Cores of cap', 'winjob_cpu_seconds:ratio_rate5m'),
          ofLimit('Memory of limit', 'winjob_memory_commit_bytes:ratio'),
          ofLimit('Processes of limit', 'winjob_active_processes:ratio'),
          { title: 'Started per second', expr: `sum by (job_object, instance) (${started})`, unit: units.Short, decimals: 2 },
        ],
      }),
    ],
  },
};
