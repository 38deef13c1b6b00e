import { defineCodes } from '../define.js';

export const client = defineCodes({});
