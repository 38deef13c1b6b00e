import { defineCodes } from '../define.js';

export const fixpoint = defineCodes({});
