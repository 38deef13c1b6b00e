import { defineCodes } from '../define.js';

export const hfit = defineCodes({});
