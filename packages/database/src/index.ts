export { assertAtomic } from './atomic.js';
export { attempt } from './attempt.js';
export { type Carried, carry } from './carry/carry.js';
export {
  type Crossing,
  findCrossings,
  findOtherOwner,
  findOwner,
  type OwnedReference,
  type Owner,
} from './crossings.js';
export { Database } from './database.js';
export {
  type Capabilities,
  type ClientProgram,
  type Dialect,
  quoteTable,
  type Reference,
  type RowStream,
  type RowUpdate,
} from './dialect.js';
export type { Driver, Opener, Purpose, Session } from './driver.js';
export type { FieldBytes, FieldChange, FieldMask, Fields } from './field-change.js';
export { compileFilter, findColumn, type Variables } from './filter/compile.js';
export { assertOwnColumns } from './filter/own-columns.js';
export { parseFilter, parseQuery, type Query } from './filter/parse.js';
export { columnsOf, type Filter, variablesOf } from './filter/tree.js';
export type { HiddenColumns, Telling } from './hidden.js';
export { rowKey } from './key.js';
export type { ReadLimits, ReadOptions } from './limits.js';
export type { CreateMode, Dataset, LooseReference, RowBytes, TableRows } from './load/dataset.js';
export { hasRow, insertRows, type RefusedRow } from './load/insert-rows.js';
export type { Guard, LoadOptions, LoadReport } from './load/load.js';
export { definitions, script } from './load/script.js';
export type * from './log.js';
export * from './model.js';
export {
  type DialectEntry,
  dialectNamed,
  type OpenOptions,
  openDatabase,
  openServer,
  registerDialect,
} from './open.js';
export { type LoadOrder, orderByForeignKeys } from './order.js';
export { countOrphans, findOrphans, type Orphans } from './orphans.js';
export {
  copyTable,
  deleteAll,
  dropTables,
  makeNotes,
  type Note,
  readNotes,
  removeNotes,
  writeNote,
} from './own-tables.js';
export type { Reading } from './reading.js';
export { resolveTable } from './resolve.js';
export { type KeptSchema, keptSchema, schemaChange } from './schema-change.js';
export type {
  OpenedDatabase,
  ServedDatabase,
  Server,
  ServerLock,
  Visitor,
} from './server/server.js';
export type { Selection, Snapshot } from './snapshot.js';
export type { Spelling, Step } from './spelling.js';
export { withoutPassword } from './url.js';
