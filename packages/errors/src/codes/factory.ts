import { defineCodes } from '../define.js';

export const factory = defineCodes({});
