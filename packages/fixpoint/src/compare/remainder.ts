import { compareRows, identity, pick, sameValue, type TableChanges } from '@hot-fixture/changes';
import type { Row, RowUpdate, Value } from '@hot-fixture/database';
import type { AcceptedCounts } from './accepted.js';
import { matchMost } from './match-most.js';
import type { Renaming } from './renaming.js';
import { ruleFor, type Sides } from './sides.js';
import { accepts } from './volatile.js';

/** What stays different in one table, under a renaming of generated keys; it is counted exactly. */
export class Remainder {
  readonly #sides: Sides;
  readonly #renaming: Renaming;
  readonly #accepted: AcceptedCounts;
  readonly #now: Date;

  constructor(sides: Sides, renaming: Renaming, accepted: AcceptedCounts, now: Date) {
    this.#sides = sides;
    this.#renaming = renaming;
    this.#accepted = accepted;
    this.#now = now;
  }

  /** Null where nothing stays. */
  changes(): TableChanges | null {
    const { schema, name, columns, key, keyPlaces } = this.#sides;
    const { inserted, updated, deleted } = this.#isKeyed() ? this.#byKey() : this.#byContent();
    if (inserted.length + updated.length + deleted.length === 0) return null;
    const keyOf = (row: Row) => (key === null ? row : pick(row, keyPlaces));
    const byKey = (a: Row, b: Row) => compareRows(keyOf(a), keyOf(b));
    return {
      schema,
      name,
      columns,
      key,
      inserted: inserted.sort(byKey),
      updated: updated.sort((a, b) => byKey(a.after, b.after)),
      deleted: deleted.sort(byKey),
    };
  }

  /** A key that may hold anything finds no row. */
  #isKeyed(): boolean {
    const { key, keyPlaces, roles } = this.#sides;
    return (
      key !== null && keyPlaces.every((i) => roles[i] !== 'ignored' && roles[i] !== 'volatile')
    );
  }

  #byKey() {
    const { expected, found, keyPlaces } = this.#sides;
    const there = new Map(found.map((row) => [identity(pick(row, keyPlaces)), row]));
    const updated: RowUpdate[] = [];
    const deleted: Row[] = [];
    for (const row of expected) {
      const key = keyPlaces.map((place) => this.#translated(row, place));
      const id = key.includes(undefined) ? null : identity(key as Row);
      const partner = id === null ? undefined : there.get(id);
      if (id === null || partner === undefined) {
        deleted.push(row);
        continue;
      }
      there.delete(id);
      const update = this.#remaining(row, partner);
      if (update) updated.push(update);
    }
    return { inserted: [...there.values()], updated, deleted };
  }

  /** Rows that agree in all that is compared exactly, and are let through in the rest. */
  #byContent() {
    const { expected, found, roles } = this.#sides;
    const isLoose = roles.includes('volatile');
    const groups = new Map<string, { expected: Row[]; found: Row[] }>();
    const groupOf = (id: string) => {
      const group = groups.get(id) ?? { expected: [], found: [] };
      groups.set(id, group);
      return group;
    };
    const deleted: Row[] = [];
    const inserted: Row[] = [];
    for (const row of expected) {
      const values = roles.map((role, place) =>
        isCounted(role) ? this.#translated(row, place) : null,
      );
      if (values.includes(undefined)) deleted.push(row);
      else groupOf(identity(values as Row)).expected.push(row);
    }
    for (const row of found) {
      groupOf(
        identity(roles.map((role, i) => (isCounted(role) ? (row[i] as Value) : null))),
      ).found.push(row);
    }
    for (const group of groups.values()) {
      const fits = (a: Row, b: Row) => !isLoose || this.#isAccepted(a, b);
      const match = matchMost(group.expected, group.found, fits);
      for (const [a, b] of match.pairs) this.#remaining(a, b);
      deleted.push(...match.left);
      inserted.push(...match.right);
    }
    return { inserted, updated: [] as RowUpdate[], deleted };
  }

  #isAccepted(expected: Row, found: Row): boolean {
    return this.#sides.roles.every((role, place) => {
      if (role !== 'volatile') return true;
      return this.#rule(expected, found, place) !== null;
    });
  }

  /**
   * Counts what is let through of a pair of rows.
   * @returns the pair without it; null where nothing is left
   */
  #remaining(expected: Row, found: Row): RowUpdate | null {
    let differs = false;
    const before = expected.map((value, place) => {
      const there = found[place] as Value;
      const known = this.#tolerated(expected, found, place);
      if (known) return there;
      differs = true;
      return value;
    });
    return differs ? { before, after: found } : null;
  }

  #tolerated(expected: Row, found: Row, place: number): boolean {
    const { roles, columns } = this.#sides;
    const [value, there] = [expected[place] as Value, found[place] as Value];
    const column = columns[place] as string;
    const role = roles[place];
    const accept = (reason: 'ignored' | 'same key' | 'any' | 'pattern' | 'near') => {
      if (!sameValue(value, there)) {
        this.#accepted.value(this.#sides, column, reason, value, there);
      }
      return true;
    };
    if (role === 'ignored') return accept('ignored');
    if (role === 'volatile') {
      const reason = this.#rule(expected, found, place);
      return reason !== null && accept(reason);
    }
    if (typeof role !== 'number') return sameValue(value, there);
    const translated = this.#translated(expected, place);
    return translated !== undefined && sameValue(translated, there) && accept('same key');
  }

  /** By which rule a volatile value is let through; null where it is not. */
  #rule(expected: Row, found: Row, place: number): 'any' | 'pattern' | 'near' | null {
    const [value, there] = [expected[place] as Value, found[place] as Value];
    const rule = ruleFor(this.#sides, expected, place);
    // Only some rows of the column are tagged in the file: this one is not.
    if (!rule) return sameValue(value, there) ? 'any' : null;
    return accepts(rule, value, there, this.#now) ? rule.rule : null;
  }

  #translated(row: Row, place: number): Value | undefined {
    const role = this.#sides.roles[place];
    const value = row[place] as Value;
    return typeof role === 'number' ? this.#renaming.translate(role, value) : value;
  }
}

const isCounted = (role: unknown) => role !== 'ignored' && role !== 'volatile';
