# A Prometheus and an Alertmanager beside the agent, on the loopback, with the rules of the tree loaded.
# shellcheck shell=bash disable=SC2034,SC2154

monitor_pids=()

# monitor_start address: watches the agent at host:port. Their files and logs are in build/monitor.
monitor_start() {
  local folder=$PWD/build/monitor port name
  for port in 9090 9093; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then fail "port $port of the loopback is taken: end what listens there"; fi
  done
  rm -rf "$folder" && mkdir -p "$folder"
  cat >"$folder/prometheus.yml" <<END
global: {scrape_interval: 5s, evaluation_interval: 5s}
rule_files: ['$PWD/dashboards/rules/*.yaml']
alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:9093']}]}]}
scrape_configs:
  - job_name: winjob
    static_configs: [{targets: ['$1']}]
END
  printf 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n' >"$folder/alertmanager.yml"
  prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/data" \
    --web.listen-address=127.0.0.1:9090 >"$folder/prometheus.log" 2>&1 &
  monitor_pids+=($!)
  prometheus-alertmanager --config.file="$folder/alertmanager.yml" --storage.path="$folder/alerts" \
    --cluster.listen-address= --web.listen-address=127.0.0.1:9093 >"$folder/alertmanager.log" 2>&1 &
  monitor_pids+=($!)
  for port in 9090 9093; do
    for name in {1..200}; do
      if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then continue 2; fi
      sleep 0.1
    done
    fail "nothing listens on port $port after 20 s: see build/monitor"
  done
  say "Prometheus: http://127.0.0.1:9090/ (Alerts, Graph), Alertmanager: http://127.0.0.1:9093/"
}

monitor_stop() {
  [ ${#monitor_pids[@]} -eq 0 ] || kill "${monitor_pids[@]}" 2>/dev/null || true
  wait "${monitor_pids[@]}" 2>/dev/null || true
}
