import { defineCodes } from '../define.js';

export const hfitd = defineCodes({});
