import type { Table } from '@hot-fixture/database';
import type { Policy } from '@hot-fixture/masking';
import { type ClassifiedTable, classify } from '../classify.js';
import type { Source } from '../source.js';
import { Closure, type Followed } from './closure.js';

/**
 * The closures of a run, one for each source: the subsets of a template share it, so that a row
 * that several of them need comes once, with the first.
 */
export class Closures {
  readonly #policy: Policy;
  readonly #signal: AbortSignal | undefined;
  readonly #bySource = new Map<Source, SharedClosure>();

  constructor(policy: Policy, signal?: AbortSignal) {
    this.#policy = policy;
    this.#signal = signal;
  }

  of(source: Source): SharedClosure {
    let shared = this.#bySource.get(source);
    if (!shared) {
      shared = shareClosure(source, this.#policy, this.#signal);
      this.#bySource.set(source, shared);
    }
    return shared;
  }

  close(): void {
    for (const { closure } of this.#bySource.values()) closure.close();
  }
}

export interface SharedClosure {
  readonly source: Source;
  readonly closure: Closure;
  readonly classified: (table: Table) => ClassifiedTable;
  readonly follow: Followed;
}

function shareClosure(source: Source, policy: Policy, signal?: AbortSignal): SharedClosure {
  const known = new Map<Table, ClassifiedTable>();
  const classified = (table: Table): ClassifiedTable => {
    const it = known.get(table) ?? classify(source, table, policy);
    known.set(table, it);
    return it;
  };
  // A key whose columns stay behind is null in the slice, so it needs no row.
  const follow: Followed = (table, { columns }) =>
    columns.every((name) => classified(table).decisions.get(name)?.kind !== 'deny');
  const closure = new Closure(source.snapshot, source.schema.tables, follow, signal);
  return { source, closure, classified, follow };
}
