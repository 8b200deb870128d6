// One or several jobs: what they use, what they may use, and what happened to them.
import * as units from '@grafana/grafana-foundation-sdk/units';

import type { Board } from '../board.js';
import { colour } from '../look.js';
import { lines, number } from '../panels.js';
import { jobVariables, ofJob } from '../scope.js';

const rate = (family: string, matchers = ofJob) => `rate(${family}{${matchers}}[$__rate_interval])`;
const perJob = '{{job_object}}';
const perProcess = '{{image}} {{pid}} ({{job_object}})';

const limitEvents =
  'active_process_limit|end_of_job_time|end_of_process_time|job_memory_limit|notification_limit|process_memory_limit';

export const job: Board = {
  uid: 'winjob-job',
  title: 'winjob / Job',
  about: 'One or several jobs: what they use, what they may use, and what happened to them.',
  variables: jobVariables(),
  annotations: [
    {
      name: 'Limits reached',
      expr: `sum by (job_object, event) (increase(winjob_notifications_total{${ofJob}, event=~"${limitEvents}"}[$__interval])) > 0`,
      colour: colour.bad,
      title: '{{event}}',
      text: '{{job_object}}',
    },
  ],
  rows: {
    '': [
      number({
        title: 'State',
        about: 'In which states are the jobs chosen? More than one number: some are in trouble.',
        unit: units.Short,
        width: 6,
        expr: `count by (state) (winjob_job_state{${ofJob}} == 1)`,
        legend: '{{state}}',
        named: true,
        steps: [colour.unknown],
        colours: { open: colour.good },
        otherwise: colour.bad,
      }),
      number({
        title: 'Cores in use',
        about: 'How many processor cores do the jobs use together? A nested job is counted in its outer one too.',
        unit: units.Short,
        width: 6,
        expr: `sum(${rate('winjob_cpu_seconds_total')})`,
        legend: 'cores',
        steps: [colour.usage],
        history: true,
        decimals: 2,
      }),
      number({
        title: 'Processes',
        about: 'How many processes live in the jobs?',
        unit: units.Short,
        width: 6,
        expr: `sum(winjob_active_processes{${ofJob}})`,
        legend: 'processes',
        steps: [colour.usage],
        history: true,
      }),
      number({
        title: 'Processes ended by a limit',
        about: 'How many processes did the kernel end over the range shown because a limit was violated?',
        unit: units.Short,
        width: 6,
        expr: `sum(increase(winjob_processes_terminated_total{${ofJob}}[$__range]))`,
        legend: 'processes',
        steps: [colour.good, [1, colour.bad]],
        decimals: 0,
      }),
    ],
    'What does it use?': [
      lines({
        title: 'Cores',
        about: 'How many processor cores does each job use, ended processes included, and what is its cap?',
        unit: units.Short,
        width: 12,
        ranking: true,
        queries: [
          {
            expr: `sum by (job_object, instance) (${rate('winjob_cpu_seconds_total')})`,
            legend: perJob,
            role: 'usage',
          },
          { expr: `winjob_cpu_limit_cores{${ofJob}}`, legend: `${perJob} cap`, role: 'limit' },
        ],
      }),
      lines({
        title: 'Cores by mode',
        about: 'Is the time spent in the programs, or in the kernel on their behalf?',
        unit: units.Short,
        width: 12,
        style: 'areas',
        queries: [
          { expr: `sum(${rate('winjob_cpu_seconds_total', `${ofJob}, mode="user"`)})`, legend: 'user', role: 'usage' },
          { expr: `sum(${rate('winjob_cpu_seconds_total', `${ofJob}, mode="kernel"`)})`, legend: 'kernel', role: 'second' },
        ],
      }),
      lines({
        title: 'Committed memory',
        about: 'How much memory has each job committed, how much at most, and how much may it?',
        unit: units.BytesIEC,
        width: 12,
        ranking: true,
        queries: [
          { expr: `winjob_memory_commit_bytes{${ofJob}}`, legend: perJob, role: 'usage' },
          { expr: `winjob_memory_commit_peak_bytes{${ofJob}}`, legend: `${perJob} peak`, role: 'peak' },
          { expr: `winjob_job_memory_limit_bytes{${ofJob}}`, legend: `${perJob} limit`, role: 'limit' },
        ],
      }),
      lines({
        title: 'Largest process',
        about: 'How much memory did the largest process ever commit, and how much may each?',
        unit: units.BytesIEC,
        width: 12,
        ranking: true,
        queries: [
          { expr: `winjob_process_memory_commit_peak_bytes{${ofJob}}`, legend: `${perJob} peak`, role: 'peak' },
          { expr: `winjob_process_memory_limit_bytes{${ofJob}}`, legend: `${perJob} limit`, role: 'limit' },
        ],
      }),
      lines({
        title: 'Processes',
        about: 'How many processes does each job have, and how many may it have?',
        unit: units.Short,
        width: 12,
        ranking: true,
        queries: [
          { expr: `winjob_active_processes{${ofJob}}`, legend: perJob, role: 'usage' },
          { expr: `winjob_active_process_limit{${ofJob}}`, legend: `${perJob} limit`, role: 'limit' },
        ],
      }),
      lines({
        title: 'Processes started per second',
        about: 'How many processes begin, those too that live shorter than a scrape?',
        unit: units.CountsPerSecond,
        width: 12,
        ranking: true,
        queries: [{ expr: rate('winjob_processes_started_total'), legend: perJob, role: 'usage' }],
      }),
    ],
    'Which of its processes use most?': [
      lines({
        title: 'Cores of single processes',
        about:
          'How many processor cores do the processes use that the agent shows one by one (process_metrics)? ' +
          'The job itself uses more: it has others, and had.',
        unit: units.Short,
        width: 12,
        ranking: true,
        queries: [
          {
            expr: `sum without (mode) (${rate('winjob_process_cpu_seconds_total')})`,
            legend: perProcess,
            role: 'usage',
          },
        ],
      }),
      lines({
        title: 'Memory of single processes',
        about: 'How much memory do these processes have resident?',
        unit: units.BytesIEC,
        width: 12,
        ranking: true,
        queries: [
          { expr: `winjob_process_memory_working_set_bytes{${ofJob}}`, legend: perProcess, role: 'usage' },
        ],
      }),
    ],
    'What does it ask of memory and disks?': [
      lines({
        title: 'Page faults',
        about: 'How many page faults does each job cause in a second?',
        unit: units.CountsPerSecond,
        width: 8,
        queries: [{ expr: rate('winjob_page_faults_total'), legend: perJob, role: 'usage' }],
      }),
      lines({
        title: 'Read and written',
        about: 'How many bytes a second do the jobs read and write? Windows counts caches and devices too, Linux disks alone.',
        unit: units.BytesPerSecondIEC,
        width: 8,
        style: 'areas',
        queries: [
          { expr: `sum(${rate('winjob_read_bytes_total')})`, legend: 'read', role: 'usage' },
          { expr: `sum(${rate('winjob_write_bytes_total')})`, legend: 'written', role: 'second' },
          { expr: `sum(${rate('winjob_other_bytes_total')})`, legend: 'other', role: 'peak' },
        ],
      }),
      lines({
        title: 'Operations',
        about: 'How many reads, writes and other operations a second? Windows counts all that are asked for, Linux those of disks.',
        unit: units.IOOpsPerSecond,
        width: 8,
        style: 'areas',
        queries: [
          { expr: `sum(${rate('winjob_read_operations_total')})`, legend: 'reads', role: 'usage' },
          { expr: `sum(${rate('winjob_write_operations_total')})`, legend: 'writes', role: 'second' },
          { expr: `sum(${rate('winjob_other_operations_total')})`, legend: 'other', role: 'peak' },
        ],
      }),
    ],
    'What happened?': [
      lines({
        title: 'Violations',
        about: 'Which notification limits were crossed, and when?',
        unit: units.CountsPerSecond,
        width: 12,
        style: 'bars',
        queries: [
          {
            expr: `sum by (job_object, limit) (${rate('winjob_limit_violations_total')}) > 0`,
            legend: '{{job_object}} {{limit}}',
            role: 'bad',
          },
        ],
      }),
      lines({
        title: 'Processes ended',
        about: 'How did the processes end: well, with an error, by a crash, by a limit?',
        unit: units.CountsPerSecond,
        width: 12,
        style: 'bars',
        colours: {
          ok: colour.good,
          nonzero: colour.peak,
          crash: colour.bad,
          limit: colour.limit,
          unknown: colour.unknown,
        },
        queries: [
          {
            expr: `sum by (result) (${rate('winjob_process_exits_total')}) > 0`,
            legend: '{{result}}',
            role: 'usage',
          },
        ],
      }),
      lines({
        title: 'Notifications',
        about: 'What does the kernel report of the jobs, a second? It may lose messages: these are lower bounds.',
        unit: units.CountsPerSecond,
        width: 12,
        style: 'bars',
        queries: [
          {
            expr: `sum by (event) (${rate('winjob_notifications_total', `${ofJob}, event!~"${limitEvents}"`)}) > 0`,
            legend: '{{event}}',
            role: 'usage',
          },
          {
            expr: `sum by (event) (${rate('winjob_notifications_total', `${ofJob}, event=~"${limitEvents}"`)}) > 0`,
            legend: '{{event}}',
            role: 'bad',
          },
        ],
      }),
      lines({
        title: 'Not as it should be',
        about: 'Which limits are not in force as configured, and of how many processes was no message heard?',
        unit: units.Short,
        width: 12,
        style: 'areas',
        queries: [
          {
            expr: `sum by (job_object, limit) (winjob_limit_drift{${ofJob}}) > 0`,
            legend: '{{job_object}}: {{limit}} not in force',
            role: 'bad',
          },
          {
            expr: `increase(winjob_notifications_missed_total{${ofJob}}[$__rate_interval])`,
            legend: '{{job_object}}: messages missed',
            role: 'peak',
          },
        ],
      }),
    ],
  },
};
