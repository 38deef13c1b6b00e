export type { ChangeSet, SequenceChange, TableChanges } from './change-set.js';
