import type { DialectEntry } from '../open.js';
export const sqlite = {} as DialectEntry;
