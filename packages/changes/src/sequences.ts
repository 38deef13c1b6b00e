import {
  type Dialect,
  qualified,
  type Schema,
  type SequenceState,
  type Session,
  sameTable,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { ApplyOptions } from './apply.js';
import type { ChangeSet, SequenceChange } from './change-set.js';
import { sameSequenceValue } from './diff.js';

/** Where the sequences stand before the rows are written, and where they are to stand after. */
export class SequencePlan {
  readonly #dialect: Dialect;
  readonly #schema: Schema;
  readonly #wanted: readonly SequenceState[];

  private constructor(dialect: Dialect, schema: Schema, wanted: readonly SequenceState[]) {
    this.#dialect = dialect;
    this.#schema = schema;
    this.#wanted = wanted;
  }

  /**
   * Reads the sequences of the change set, and those that number its tables: what is written may
   * move them.
   * @throws HFIT_CHANGES_CONFLICT, HFIT_CHANGES_SCHEMA
   */
  static async begin(
    dialect: Dialect,
    session: Session,
    schema: Schema,
    changes: ChangeSet,
    options: ApplyOptions,
  ): Promise<SequencePlan> {
    const known = new Set(schema.sequences.map(qualified));
    const missing = changes.sequences.find((it) => !known.has(qualified(it)));
    if (missing) {
      const change = `there is no sequence ${qualified(missing)}`;
      throw new HfitError('HFIT_CHANGES_SCHEMA', { change });
    }
    const moves = new Map(changes.sequences.map((change) => [qualified(change), change]));
    const concerned = schema.sequences.filter(
      (it) =>
        moves.has(qualified(it)) ||
        changes.tables.some((table) => it.ownedBy && sameTable(it.ownedBy.table, table)),
    );
    const states = concerned.length === 0 ? [] : await dialect.readSequences(session, concerned);
    const wanted = states.map((state) => {
      const move = moves.get(qualified(state));
      if (!move) return state;
      if ((options.sequences ?? 'exact') === 'exact') assertStands(state, move);
      const stays = options.sequences === 'forward' && isFurther(state.value, move);
      return stays ? state : { ...state, value: move.after };
    });
    return new SequencePlan(dialect, schema, wanted);
  }

  /** Puts those that do not stand where they are to stand. */
  async finish(session: Session): Promise<void> {
    if (this.#wanted.length === 0) return;
    const names = new Map(this.#wanted.map((state) => [qualified(state), state]));
    const sequences = this.#schema.sequences.filter((it) => names.has(qualified(it)));
    const now = await this.#dialect.readSequences(session, sequences);
    const moved = now.flatMap((state) => {
      const wanted = names.get(qualified(state)) as SequenceState;
      return sameSequenceValue(state.value, wanted.value) ? [] : [wanted];
    });
    if (moved.length > 0) await this.#dialect.writeSequences(session, moved);
  }
}

/** Whether numbers that the change set gives out were given out already, be it up or down. */
function isFurther(now: SequenceState['value'], { before, after }: SequenceChange): boolean {
  if (now === null || after === null) return now !== null;
  const [there, end] = [BigInt(now.last), BigInt(after.last)];
  if (there === end) return now.called;
  const goesDown = before !== null && BigInt(before.last) > end;
  return goesDown ? there < end : there > end;
}

/** One that has not begun is told as nothing, or as a first number that was not given out. */
function assertStands({ value }: SequenceState, change: SequenceChange): void {
  if (sameSequenceValue(value, change.before)) return;
  if (change.before === null && !value?.called) return;
  const words = (it: SequenceState['value']) =>
    it === null ? 'its beginning' : `${it.last}${it.called ? '' : ', which comes next'}`;
  throw new HfitError('HFIT_CHANGES_CONFLICT', {
    table: qualified(change),
    key: 'its numbering',
    reason: `it stands at ${words(value)}, not at ${words(change.before)}`,
  });
}
