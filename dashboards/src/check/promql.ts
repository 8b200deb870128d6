// A PromQL expression compared with the families: names, labels, values, and functions that fit the type.
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

import type { Families } from './families.js';

type Labels = ReadonlySet<string>;

export interface Verdict {
  faults: string[];
  /** Labels that the result can have. */
  labels: Labels;
  selectors: { name: string; matchers: Map<string, string> }[];
}

const rates = ['rate', 'irate', 'increase', 'resets'];

function children(node: SyntaxNode, ...names: string[]): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (names.length === 0 || names.includes(child.name)) found.push(child);
  return found;
}

function descendants(node: SyntaxNode, name: string): SyntaxNode[] {
  return children(node).flatMap((child) => (child.name === name ? [child] : descendants(child, name)));
}

const union = (sets: Labels[]): Labels => new Set(sets.flatMap((set) => [...set]));

export function check(written: string, families: Families): Verdict {
  const text = written.replaceAll(/\$__(rate_interval|interval|range)/g, '5m');
  const verdict: Verdict = { faults: [], labels: new Set(), selectors: [] };
  const fault = (why: string) => verdict.faults.push(`${why} in: ${written}`);
  const source = (node: SyntaxNode) => text.slice(node.from, node.to);
  const unquoted = (node: SyntaxNode) => source(node).slice(1, -1);

  function selector(node: SyntaxNode): Labels {
    const identifier = descendants(node, 'Identifier')[0];
    const name = identifier ? source(identifier) : '';
    const family = families.get(name);
    const matchers = new Map<string, string>();
    verdict.selectors.push({ name, matchers });
    if (!family) fault(`"${name}" is not a family`);
    for (const matcher of ['UnquotedLabelMatcher', 'QuotedLabelMatcher'].flatMap((kind) => descendants(node, kind))) {
      const [label, operator, value] = children(matcher);
      if (!label || !operator || !value) continue;
      matchers.set(source(label), unquoted(value));
      const values = family?.labels.get(source(label));
      if (family && !values) fault(`"${name}" has no label "${source(label)}"`);
      if (!values?.length || unquoted(value).includes('$')) continue;
      const wanted = source(operator).includes('~') ? unquoted(value).split('|') : [unquoted(value)];
      for (const one of wanted) if (!values.includes(one)) fault(`"${source(label)}" of "${name}" is never "${one}"`);
    }
    const isCounter = family?.type === 'counter';
    const inRate = enclosingFunctions(node).some((called) => rates.includes(called));
    if (isCounter && !inRate) fault(`the counter "${name}" is not within rate or increase`);
    if (family && !isCounter && inRate) fault(`"${name}" is no counter, but within rate or increase`);
    return new Set(family?.labels.keys());
  }

  function enclosingFunctions(node: SyntaxNode): string[] {
    const names: string[] = [];
    for (let outer = node.parent; outer; outer = outer.parent)
      if (outer.name === 'FunctionCall' && outer.firstChild) names.push(source(outer.firstChild));
    return names;
  }

  function named(node: SyntaxNode, available: Labels): string[] {
    const names = descendants(node, 'LabelName').map(source);
    for (const name of names) if (!available.has(name)) fault(`no label "${name}" is there`);
    return names;
  }

  function aggregate(node: SyntaxNode): Labels {
    const body = children(node, 'FunctionCallBody')[0];
    const available = body ? labelsOf(body) : new Set<string>();
    const modifier = children(node, 'AggregateModifier')[0];
    const operator = node.firstChild ? source(node.firstChild) : '';
    const keeps = ['topk', 'bottomk'].includes(operator);
    if (!modifier) return keeps ? available : new Set();
    const listed = named(modifier, available);
    if (keeps) return available;
    if (children(modifier, 'By').length > 0) return new Set(listed);
    return new Set([...available].filter((label) => !listed.includes(label)));
  }

  function labelsOf(node: SyntaxNode): Labels {
    if (node.name === 'VectorSelector') return selector(node);
    if (node.name === 'AggregateExpr') return aggregate(node);
    if (node.name === 'MatchingModifierClause') return new Set();
    const labels = union(children(node).map(labelsOf));
    const grouping = children(node, 'MatchingModifierClause')[0];
    if (grouping) named(grouping, labels);
    const called = node.name === 'FunctionCall' && node.firstChild ? source(node.firstChild) : '';
    if (called === 'histogram_quantile') return new Set([...labels].filter((label) => label !== 'le'));
    return called === 'absent' ? new Set(['job']) : labels;
  }

  const root = parser.parse(text).topNode;
  let broken = false;
  root.cursor().iterate((node) => void (broken ||= node.type.isError));
  if (broken) fault('not PromQL');
  else verdict.labels = labelsOf(root);
  return verdict;
}
