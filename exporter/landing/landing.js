// Keeps the page up to date from /api/v1/jobs. Without this script the page is a table that reloads itself.
"use strict";

const PERIOD = 2000;  // ms between two readings
const KEPT = 90;      // values of a sparkline
const SVG = "http://www.w3.org/2000/svg";

const $ = (id) => document.getElementById(id);
const pasts = new Map();  // by job: {time, seconds, cpu: [], memory: []}
const states = new Map();
let paused = false;
let timer = 0;
let turn = 0;

const bytes = (n) => {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; n >= 1024 && unit + 1 < units.length; unit++) n /= 1024;
  return n.toFixed(unit === 0 || n >= 100 ? 0 : 1) + " " + units[unit];
};
const cores = (n) => (n < 10 ? n.toFixed(2) : n.toFixed(1)) + (n.toFixed(2) === "1.00" ? " core" : " cores");
const whole = (n) => String(Math.round(n));
const words = (text) => text.replaceAll("_", " ");
const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString();

// What each column shows of a job: its usage, its limit, how both are written, and its past.
const columns = {
  processes: { title: "Processes", usage: (m) => m.active_processes, limit: (m) => m.active_process_limit, text: whole },
  cpu: { title: "CPU", usage: (m, past) => past.rate, limit: (m) => m.cpu_limit_cores, text: cores, past: (past) => past.cpu,
         comes: (past) => past.seconds !== undefined },  // it takes two readings
  memory: { title: "Memory", usage: (m) => m.memory_commit_bytes ?? m.memory_working_set_bytes,
            limit: (m) => m.job_memory_limit_bytes, text: bytes, past: (past) => past.memory },
};

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function remember(job, time) {
  const past = pasts.get(job.name) ?? { cpu: [], memory: [] };
  pasts.set(job.name, past);
  const used = job.metrics.cpu_seconds_total;
  const seconds = used === undefined ? undefined : Object.values(used).reduce((a, b) => a + b, 0);
  if (past.time !== undefined && time > past.time && seconds !== undefined && past.seconds !== undefined) {
    past.rate = Math.max(0, (seconds - past.seconds) / (time - past.time));
    past.cpu.push(past.rate);
  }
  const memory = columns.memory.usage(job.metrics);
  if (memory !== undefined && time !== past.time) past.memory.push(memory);
  for (const values of [past.cpu, past.memory]) values.splice(0, values.length - KEPT);
  if (time !== past.time) Object.assign(past, { time, seconds });
  return past;
}

function drawSpark(cell, values, limit, label) {
  let spark = cell.querySelector(".spark");
  if (values.length < 2) return spark?.remove();
  if (!spark) {
    spark = document.createElementNS(SVG, "svg");
    spark.setAttribute("class", "spark");
    spark.setAttribute("viewBox", "0 0 100 30");
    spark.setAttribute("preserveAspectRatio", "none");
    spark.setAttribute("role", "img");
    for (const name of ["area", "line"]) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", name);
      spark.append(path);
    }
    cell.append(spark);
  }
  const top = Math.max(...values) * 1.1 || 1;
  const points = values.map((value, i) => `${(100 * i / (values.length - 1)).toFixed(2)} ${(29 - 27 * value / top).toFixed(2)}`);
  spark.children[0].setAttribute("d", `M0 30L${points.join("L")}L100 30Z`);
  spark.children[1].setAttribute("d", `M${points.join("L")}`);
  spark.setAttribute("aria-label", label);
}

function fill(cell, column, metrics, past) {
  const usage = column.usage(metrics, past);
  const limit = column.limit(metrics);
  const value = cell.querySelector(".value") ?? cell.appendChild(element("span", "", "value"));
  value.textContent = usage !== undefined ? column.text(usage) : column.comes?.(past) ? "\u2026" : "unknown";
  value.classList.toggle("unknown", usage === undefined);
  let words = cell.querySelector(".limit");
  let meter = cell.querySelector("meter");
  if (usage === undefined || !(limit > 0)) {
    words?.remove();
    meter?.remove();
  } else {
    if (!words) value.after(words = element("span", "", "limit"));
    if (!meter) words.after(meter = element("meter"));
    words.textContent = " of " + column.text(limit);
    Object.assign(meter, { min: 0, max: limit, high: limit * 0.8, value: usage });
    meter.setAttribute("aria-label", column.title + words.textContent);
  }
  if (column.past) {
    const values = column.past(past);
    drawSpark(cell, values, limit, `${column.title} of the last ${values.length} readings, now ${value.textContent}`);
  }
}

function makeRow(name) {
  const row = element("tr");
  row.dataset.job = name;
  const head = element("th", name);
  head.scope = "row";
  head.append(element("small"));
  row.append(head);
  for (const [key, title] of [["state", "State"], ...Object.entries(columns).map(([key, column]) => [key, column.title])]) {
    const cell = element("td");
    cell.dataset.column = key;
    cell.dataset.title = title;
    row.append(cell);
  }
  row.children[1].append(element("span", "", "state"));
  return row;
}

function showJobs(answer) {
  const rows = new Map([...$("rows").children].map((row) => [row.dataset.job, row]));
  const changes = [];
  answer.jobs.forEach((job, index) => {
    const row = rows.get(job.name) ?? makeRow(job.name);
    rows.delete(job.name);
    if ($("rows").children[index] !== row) $("rows").insertBefore(row, $("rows").children[index] ?? null);
    const parts = job.container ? [job.container.namespace, job.container.pod, job.container.name] : [];
    row.querySelector("small").textContent = [job.object, parts.filter(Boolean).join("/")].filter(Boolean).join(" \u00b7 ");
    const state = row.querySelector(".state");
    state.textContent = job.state;
    state.className = "state " + job.state;
    if (states.has(job.name) && states.get(job.name) !== job.state) changes.push(`${job.name} is ${words(job.state)}`);
    states.set(job.name, job.state);
    const past = remember(job, answer.time);
    for (const [key, column] of Object.entries(columns))
      fill(row.querySelector(`[data-column=${key}]`), column, job.metrics, past);
  });
  for (const row of rows.values()) row.remove();
  $("shown").textContent = `${answer.jobs.length} of ${answer.jobs_total}`;
  return changes;
}

function showTiles(answer) {
  const sum = (read) => answer.jobs.reduce((total, job) => {
    const value = read(job.metrics, pasts.get(job.name));
    return value === undefined ? total : (total ?? 0) + value;
  }, undefined);
  const write = (id, value, text, otherwise) => { $(id).textContent = value === undefined ? otherwise : text(value); };
  $("tile-jobs").textContent = `${answer.jobs_open} of ${answer.jobs_total}`;
  const comes = answer.jobs.some((job) => columns.cpu.comes(pasts.get(job.name)));
  write("tile-processes", answer.active_processes, whole);
  write("tile-cpu", sum(columns.cpu.usage), cores, comes ? "\u2026" : "unknown");
  write("tile-memory", sum(columns.memory.usage), bytes, "unknown");
  $("tile-read").textContent = clock(answer.time);
}

function showEvents(events) {
  $("events").replaceChildren(...events.map((event) => {
    const item = element("li", undefined, event.kind);
    const name = (event.kind === "violation" ? " limit violated: " : " ") + words(event.name);
    item.append(element("time", clock(event.time)), " ", element("b", event.job), name + (event.count > 1 ? ` \u00d7${event.count}` : ""));
    return item;
  }));
  $("quiet").hidden = events.length > 0;
}

function health(good, text) {
  if ($("live").textContent !== text) $("live").textContent = text;  // a screen reader speaks only what changes
  $("live").className = "health " + (good ? "on" : "off");
}

// Of two updates at once the later one shows, and none while paused.
async function update() {
  const mine = ++turn;
  clearTimeout(timer);
  try {
    const answer = await fetch("/api/v1/jobs?match=" + encodeURIComponent($("match").value), { cache: "no-store" });
    if (!answer.ok) throw new Error(`the agent answers ${answer.status}`);
    const body = await answer.json();
    if (mine !== turn) return;
    const changes = showJobs(body);
    showTiles(body);
    showEvents(body.events);
    health(true, changes.length > 0 ? changes.join(", ") : paused ? "paused" : "live");
  } catch (error) {
    if (mine !== turn) return;
    health(false, error instanceof TypeError ? "no answer from the agent" : error.message);
  }
  if (!paused) timer = setTimeout(update, PERIOD);
}

$("pause").hidden = false;
$("pause").addEventListener("click", () => {
  paused = !paused;
  $("pause").setAttribute("aria-pressed", String(paused));
  if (paused) {
    clearTimeout(timer);
    ++turn;
    health(true, "paused");
  } else {
    update();
  }
});
$("match").addEventListener("input", update);
document.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); update(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden && !paused) update(); });
update();
