import { sameValue } from '@hot-fixture/changes';
import type { Value } from '@hot-fixture/database';
import type { Component } from './components.js';
import { type Graph, type Node, valueId } from './graph.js';
import type { Classes } from './refine.js';
import type { Renaming } from './renaming.js';
import { ruleFor } from './sides.js';
import { accepts } from './volatile.js';

interface Step {
  readonly node: number;
  readonly candidates: readonly number[];
  next: number;
  /** What the last try has paired. */
  chosen: number | null;
  paired: { domain: number; value: Value }[];
}

/** Finds the partners of the rows of a component, all of them or none. */
export class Search {
  readonly #expected: Graph;
  readonly #found: Graph;
  readonly #classes: Classes;
  readonly #renaming: Renaming;
  readonly #now: Date;
  readonly #used = new Set<number>();
  #steps: number;

  /** @param mostSteps how many rows are tried in all before it gives up */
  constructor(
    expected: Graph,
    found: Graph,
    classes: Classes,
    renaming: Renaming,
    now: Date,
    mostSteps: number,
  ) {
    this.#expected = expected;
    this.#found = found;
    this.#classes = classes;
    this.#renaming = renaming;
    this.#now = now;
    this.#steps = mostSteps;
  }

  isUsed(node: number): boolean {
    return this.#used.has(node);
  }

  /** Pairs their values in the renaming, or leaves it as it was. Backtracks, without recursion. */
  match(expected: Component, found: Component): boolean {
    const stack: Step[] = [];
    const within = new Set(found.nodes);
    // What cannot be matched within a small multiple of its size is not worth the whole budget.
    let left = Math.min(this.#steps, 1000 + 20 * expected.nodes.length);
    while (stack.length < expected.nodes.length || stack.at(-1)?.chosen === null) {
      let step = stack.at(-1);
      if (!step || step.chosen !== null) {
        const node = expected.nodes[stack.length] as number;
        const candidates = this.#candidates(node, found, within);
        step = { node, candidates, next: 0, chosen: null, paired: [] };
        stack.push(step);
      }
      while (step.chosen === null && step.next < step.candidates.length && left > 0) {
        left -= 1;
        this.#steps -= 1;
        this.#try(step, step.candidates[step.next] as number);
        step.next += 1;
      }
      if (step.chosen !== null) continue;
      stack.pop();
      const previous = stack.at(-1);
      if (left <= 0) for (const it of stack) this.#undo(it);
      else if (previous) this.#undo(previous);
      if (left <= 0 || !previous) return false;
    }
    return true;
  }

  /** Rows of its class at the other end of a value whose partner is known; else all of its class. */
  #candidates(number: number, found: Component, within: ReadonlySet<number>): readonly number[] {
    const node = this.#expected.nodes[number] as Node;
    const known = node.links.flatMap(({ domain, place }) => {
      const partner = this.#renaming.translate(domain, node.row[place] as Value);
      return partner === undefined ? [] : [valueId(domain, partner)];
    });
    const near = known.map((id) => this.#found.holders[this.#found.numberOf.get(id) ?? -1] ?? []);
    const fewest = near.sort((a, b) => a.length - b.length)[0] ?? found.nodes;
    const wanted = this.#classes.expected[number];
    return fewest.filter(
      (it) => within.has(it) && !this.#used.has(it) && this.#classes.found[it] === wanted,
    );
  }

  #try(step: Step, candidate: number): void {
    const node = this.#expected.nodes[step.node] as Node;
    const other = this.#found.nodes[candidate] as Node;
    if (!this.#isAccepted(node, other)) return;
    for (const { place, domain } of node.links) {
      const [value, there] = [node.row[place] as Value, other.row[place] as Value];
      if (this.#renaming.pair(domain, value, there)) step.paired.push({ domain, value });
      else if (!this.#renaming.fits(domain, value, there)) {
        this.#unpair(step);
        return;
      }
    }
    step.chosen = candidate;
    this.#used.add(candidate);
  }

  #isAccepted(node: Node, other: Node): boolean {
    return node.sides.roles.every((role, place) => {
      if (role !== 'volatile') return true;
      const rule = ruleFor(node.sides, node.row, place);
      const [value, there] = [node.row[place] as Value, other.row[place] as Value];
      return rule ? accepts(rule, value, there, this.#now) : sameValue(value, there);
    });
  }

  #undo(step: Step): void {
    if (step.chosen !== null) this.#used.delete(step.chosen);
    step.chosen = null;
    this.#unpair(step);
  }

  #unpair(step: Step): void {
    for (const { domain, value } of step.paired) this.#renaming.unpair(domain, value);
    step.paired = [];
  }
}
