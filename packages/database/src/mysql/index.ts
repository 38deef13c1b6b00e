import type { DialectEntry } from '../open.js';
export const mysql = {} as DialectEntry;
