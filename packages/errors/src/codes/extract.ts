import { defineCodes } from '../define.js';

export const extract = defineCodes({});
