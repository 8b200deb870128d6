// The boards and rules for users of jsonnet: a monitoring mixin.
//   local winjob = (import 'winjob/deploy/mixin.libsonnet') { _config+:: { job: 'agents', runbook: 'https://docs/' } };
{
  _config:: {
    // The scrape job of the agents.
    job: 'winjob',
    // What comes before "docs/runbook.md" in the alerts' runbook_url.
    runbook: '',
  },

  local config = self._config,
  local adapted(rule) =
    rule { expr: std.strReplace(rule.expr, 'job="winjob"', 'job="%s"' % config.job) }
    + (if std.objectHas(rule, 'annotations') then
         { annotations+: { runbook_url: config.runbook + rule.annotations.runbook_url } }
       else {}),
  local groups(text) = {
    groups: [group { rules: std.map(adapted, group.rules) } for group in std.parseYaml(text).groups],
  },

  prometheusAlerts+:: groups(importstr '../dashboards/rules/alerts.yaml'),
  prometheusRules+:: groups(importstr '../dashboards/rules/recording.yaml'),
  grafanaDashboards+:: {
    'winjob-fleet.json': import '../dashboards/generated/winjob-fleet.json',
    'winjob-job.json': import '../dashboards/generated/winjob-job.json',
    'winjob-agent.json': import '../dashboards/generated/winjob-agent.json',
  },
}
