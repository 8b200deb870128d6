// Checks deploy/kubernetes and Dockerfile.windows: types by kubernetes-models, and the fields that matter by hand, because
// those types let misspelt fields pass. check.mjs REPORT [FOLDER], in the source folder; ends with the sum.
import {readFileSync, writeFileSync} from 'node:fs';
import {DaemonSet} from 'kubernetes-models/apps/v1';
import {ConfigMap, Service, ServiceAccount} from 'kubernetes-models/v1';
import {PodMonitor, PrometheusRule, ServiceMonitor} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import {validate} from 'dockerfile-utils';
import {parse} from 'yaml';

const [, , reportFile, folder = 'deploy/kubernetes', dockerfile = 'Dockerfile.windows'] = process.argv;
const kinds = {ConfigMap, DaemonSet, PodMonitor, PrometheusRule, Service, ServiceAccount, ServiceMonitor};
const report = {passed: [], failed: [], skipped: []};

function step(name, check) {
  try {
    check();
    report.passed.push(name);
  } catch (error) {
    report.failed.push({name, why: String(error.message).slice(0, 500)});
    console.log(`${name}: ${error.message}`);
  }
}
function equal(actual, expected, what) {
  if (JSON.stringify(actual) !== JSON.stringify(expected))
    throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}
const read = (name) => parse(readFileSync(`${folder}/${name}.yaml`, 'utf8'));

const names = read('kustomization').resources.map((file) => file.replace('.yaml', ''));
step('kustomization names every manifest but the monitor that is an alternative', () =>
  equal(names, ['serviceaccount', 'configmap', 'daemonset', 'service', 'podmonitor', 'prometheusrule'], 'resources'));
step('kustomization only lists, so that what it builds is the manifests as they stand here', () =>
  equal(Object.keys(read('kustomization')).sort(), ['apiVersion', 'kind', 'resources'], 'fields'));
for (const name of [...names, 'servicemonitor'])
  step(`${name} has the types of its kind`, () => {
    const value = read(name);
    new kinds[value.kind](value).validate();
  });

step('the DaemonSet runs a HostProcess container on Windows nodes', () => {
  const pod = read('daemonset').spec.template.spec;
  equal(pod.securityContext.windowsOptions, {hostProcess: true, runAsUserName: 'NT AUTHORITY\\SYSTEM'}, 'windowsOptions');
  equal(pod.hostNetwork, true, 'hostNetwork');
  equal(pod.nodeSelector, {'kubernetes.io/os': 'windows'}, 'nodeSelector');
  equal(pod.automountServiceAccountToken, false, 'automountServiceAccountToken');
  equal(pod.serviceAccountName, read('serviceaccount').metadata.name, 'serviceAccountName');
  equal(pod.volumes[0].configMap.name, read('configmap').metadata.name, 'the ConfigMap');
  // Not $(...): that is Kubernetes' own syntax, for variables of the manifest; containerd sets this one.
  equal(pod.containers[0].args[0], '--config.file=%CONTAINER_SANDBOX_MOUNT_POINT%/etc/winjob/winjob.yaml', 'the first flag');
  equal(Object.keys(read('configmap').data), ['winjob.yaml'], 'the key that --config.file names');
});
step('the image is pinned to the version of the build', () => {
  const version = readFileSync('CMakeLists.txt', 'utf8').match(/project\(winjob VERSION (\S+)/)[1];
  equal(read('daemonset').spec.template.spec.containers[0].image, `winjob-exporter:${version}`, 'image');
});
step('probes ask health and readiness at the port that Service and monitors name', () => {
  const [container] = read('daemonset').spec.template.spec.containers;
  equal(container.readinessProbe.httpGet, {path: '/-/ready', port: 'http'}, 'readinessProbe');
  equal(container.livenessProbe.httpGet, {path: '/-/healthy', port: 'http'}, 'livenessProbe');
  equal(container.ports, [{name: 'http', containerPort: 10058, hostPort: 10058}], 'ports');
  equal(container.args.includes('--web.listen-address=:10058'), true, 'the port that the program listens on');
  equal(read('service').spec.ports, [{name: 'http', port: 10058, targetPort: 'http'}], 'ports of the Service');
  const podmonitor = read('podmonitor').spec.podMetricsEndpoints[0];
  equal([podmonitor.port, podmonitor.path, podmonitor.scheme, podmonitor.honorLabels], ['http', '/metrics', 'http', true], 'PodMonitor');
  const servicemonitor = read('servicemonitor').spec.endpoints[0];
  equal([servicemonitor.port, servicemonitor.path, servicemonitor.scheme, servicemonitor.honorLabels], ['http', '/metrics', 'http', true], 'ServiceMonitor');
});
step('every selector finds the labels of the pods', () => {
  const labels = read('daemonset').spec.template.metadata.labels;
  equal(read('daemonset').spec.selector.matchLabels, labels, 'DaemonSet');
  equal(read('service').spec.selector, labels, 'Service');
  equal(read('podmonitor').spec.selector.matchLabels, labels, 'PodMonitor');
  equal(read('servicemonitor').spec.selector.matchLabels, read('service').metadata.labels, 'ServiceMonitor');
});
step('Dockerfile.windows is well formed, runs nothing, and has both targets', () => {
  const text = readFileSync(dockerfile, 'utf8');
  equal(validate(text), [], 'dockerfile-utils');
  equal([...text.matchAll(/^FROM \S+ AS (\S+)$/gm)].map((match) => match[1]), ['nanoserver', 'hostprocess'], 'targets');
  equal(/^\s*RUN\b/m.test(text), false, 'a RUN, which needs a Windows host');
  for (const [, words] of text.matchAll(/^(?:ENTRYPOINT|CMD) (.*)$/gm)) equal(Array.isArray(JSON.parse(words)), true, words);
});

writeFileSync(reportFile, JSON.stringify(report, null, 1) + '\n');
console.log(`${report.passed.length} passed, ${report.failed.length} failed, ${report.skipped.length} skipped`);
