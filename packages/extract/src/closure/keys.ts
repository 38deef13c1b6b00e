import type { Row } from '@hot-fixture/database';

/** Why a key came: a number of the reason, and the position of the row that brought it. */
export interface Why {
  readonly reason: number;
  /** 0 where no row did. */
  readonly origin: number;
}

export interface Entry extends Why {
  /** From 1, in the order in which they came. */
  readonly position: number;
  readonly key: Row;
}

/** Keys in the order in which they came, each once, with why the first of them came. */
export interface Keys {
  /** How many keys there are, which is the position of the last of them. */
  readonly size: number;
  /** @returns whether the key is new; it comes at the end then */
  add(key: Row, why: Why): boolean;
  /** @returns its position; 0 where it is not there */
  find(key: Row): number;
  at(position: number): Entry | null;
  /** At most `count` keys that came after position `after`. */
  chunk(after: number, count: number): Entry[];
}
