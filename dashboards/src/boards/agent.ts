// The agents themselves: do they read and answer in time, without errors, and at what cost?
import * as units from '@grafana/grafana-foundation-sdk/units';

import type { Board } from '../board.js';
import { colour } from '../look.js';
import { lines, number, rows } from '../panels.js';
import { agentVariables, ofAgent, ofAgents, up } from '../scope.js';

const rate = (family: string) => `rate(${family}{${ofAgent}}[$__rate_interval])`;
const perAgent = '{{instance}}';
const slowest = (quantile: number) =>
  `histogram_quantile(${quantile}, sum by (le) (${rate('winjob_poll_duration_seconds_bucket')}))`;

export const agent: Board = {
  uid: 'winjob-agent',
  title: 'winjob / Agent',
  about: 'The agents themselves: do they read and answer in time, without errors, and at what cost?',
  variables: agentVariables(),
  rows: {
    '': [
      number({
        title: 'Agents down',
        about: 'How many agents does Prometheus fail to reach now?',
        unit: units.Short,
        width: 6,
        expr: `sum(1 - (${up}))`,
        legend: 'agents',
        steps: [colour.good, [1, colour.bad]],
      }),
      number({
        title: 'Oldest reading',
        about: 'How long ago did the agent that lags most read its jobs?',
        unit: units.Seconds,
        width: 6,
        expr: `max(time() - winjob_last_poll_timestamp_seconds{${ofAgent}})`,
        legend: 'age',
        steps: [colour.good, [60, colour.bad]],
        decimals: 1,
      }),
      number({
        title: 'Failed readings',
        about: 'How many readings of jobs failed over the range shown?',
        unit: units.Short,
        width: 6,
        expr: `sum(increase(winjob_query_errors_total{${ofAgent}}[$__range]))`,
        legend: 'readings',
        steps: [colour.good, [1, colour.bad]],
        decimals: 0,
      }),
      number({
        title: 'Commands not started',
        about: 'How many commands of the configuration could not be started over the range shown?',
        unit: units.Short,
        width: 6,
        expr: `sum(increase(winjob_process_start_failures_total{${ofAgent}}[$__range]))`,
        legend: 'commands',
        steps: [colour.good, [1, colour.bad]],
        decimals: 0,
      }),
    ],
    'Is it quick?': [
      lines({
        title: 'Time to read all jobs',
        about: 'How long does a reading of all jobs take: the usual one, and the slowest in a hundred?',
        unit: units.Seconds,
        width: 12,
        queries: [
          { expr: slowest(0.5), legend: 'usual', role: 'usage' },
          { expr: slowest(0.99), legend: 'slowest in a hundred', role: 'peak' },
        ],
      }),
      lines({
        title: 'Time of a scrape',
        about: 'How long does Prometheus wait for each agent?',
        unit: units.Seconds,
        width: 12,
        ranking: true,
        queries: [{ expr: ofAgents(`scrape_duration_seconds{${ofAgent}}`), legend: perAgent, role: 'usage' }],
      }),
    ],
    'Does it see everything?': [
      lines({
        title: 'Queries that failed',
        about: 'Of which kind, and how often, do queries of the kernel fail?',
        unit: units.CountsPerSecond,
        width: 12,
        style: 'bars',
        queries: [{ expr: `sum by (class) (${rate('winjob_query_errors_total')})`, legend: '{{class}}', role: 'bad' }],
      }),
      lines({
        title: 'Totals that fell',
        about: 'How often did the kernel report a total that was less than before? Such values are withheld.',
        unit: units.Short,
        width: 6,
        style: 'bars',
        queries: [
          {
            expr: `sum by (instance) (increase(winjob_regressions_total{${ofAgent}}[$__rate_interval]))`,
            legend: perAgent,
            role: 'bad',
          },
        ],
      }),
      lines({
        title: 'Jobs without messages',
        about: 'How many jobs have their completion port taken by another program?',
        unit: units.Short,
        width: 6,
        queries: [
          {
            expr: `sum by (instance) (1 - winjob_notifications_attached{${ofAgent}})`,
            legend: perAgent,
            role: 'bad',
          },
        ],
      }),
    ],
    'What does it cost?': [
      lines({
        title: 'Cores of the agent',
        about: 'How much processor time does each agent use itself?',
        unit: units.Short,
        width: 8,
        ranking: true,
        queries: [{ expr: ofAgents(rate('process_cpu_seconds_total')), legend: perAgent, role: 'usage' }],
      }),
      lines({
        title: 'Memory of the agent',
        about: 'How much memory does each agent hold resident?',
        unit: units.BytesIEC,
        width: 8,
        ranking: true,
        queries: [{ expr: ofAgents(`process_resident_memory_bytes{${ofAgent}}`), legend: perAgent, role: 'usage' }],
      }),
      lines({
        title: 'Handles of the agent',
        about: 'How many file descriptors (handles on Windows) does each agent hold? A steady rise is a leak.',
        unit: units.Short,
        width: 8,
        ranking: true,
        queries: [{ expr: ofAgents(`process_open_fds{${ofAgent}}`), legend: perAgent, role: 'usage' }],
      }),
    ],
    'What is it?': [
      rows({
        title: 'Agents',
        about: 'Which version runs where, on which kernel, since when, and how much does it send?',
        width: 24,
        sort: 'Series',
        facts: [
          `max by (instance, version, revision, platform) (winjob_exporter_build_info{${ofAgent}})`,
          `max by (instance, kernel, level) (winjob_kernel_info{${ofAgent}})`,
        ],
        columns: [
          { title: 'Instance', label: 'instance' },
          { title: 'Version', label: 'version' },
          { title: 'Revision', label: 'revision' },
          { title: 'Platform', label: 'platform' },
          { title: 'Kernel', label: 'kernel' },
          { title: 'Level', label: 'level' },
          {
            title: 'Runs for',
            expr: `max by (instance) (time() - (${ofAgents(`process_start_time_seconds{${ofAgent}}`)}))`,
            unit: units.Seconds,
            decimals: 1,
          },
          { title: 'Series', expr: `max by (instance) (${ofAgents(`scrape_samples_scraped{${ofAgent}}`)})`, unit: units.Short },
        ],
      }),
    ],
  },
};
