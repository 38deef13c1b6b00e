import type { Session } from '@hot-fixture/database';
import type { Definition, Recycled } from '../define/definition.js';
import type { Tenancy } from '../tenants/tenancy.js';
import type { Node, Values } from './node.js';

/** In what all rows of a call are made. */
export interface Scope {
  /** What rows are made by, in place of a definition. */
  definition?(definition: Definition): Definition;
  /** Rows to point to, for everything that is made. */
  readonly recycled?: readonly Recycled[];
  /** A row of this table that one row of a call needs is shared by all that is made for it. */
  readonly tenancy?: Tenancy | null;
  /** The tenant that all rows are of; by default each call makes rows of one. */
  readonly tenant?: unknown;
  /** Looks at the rows before they are written, and may refuse them. */
  check?(nodes: readonly Node[], session: Session): Promise<void>;
  /** Foreign keys are off while rows are written; this looks at them before the commit. */
  withoutKeys?(session: Session): Promise<void>;
}

/** Rows of one factory that are asked for. */
export interface Order {
  readonly definition: Definition;
  readonly count: number;
  readonly overrides?: ((index: number) => Values) | Values | undefined;
  readonly params?: object | undefined;
}

/** What a call made, for those who watch. */
export interface Call {
  readonly nodes: readonly Node[];
  readonly milliseconds: number;
}
