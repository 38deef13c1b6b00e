import type { AnyFactory } from './factory.js';

/** A relation that a factory was asked to make; what its name means, the schema tells. */
export interface Relation {
  readonly kind: 'belongsTo' | 'hasMany' | 'hasOne' | 'manyToMany';
  readonly name: string;
  /** Rows that are there, or a factory that makes them; null for the one of the table. */
  readonly source: AnyFactory | object | readonly object[] | null;
  readonly count: number;
}
