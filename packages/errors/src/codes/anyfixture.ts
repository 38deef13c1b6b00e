import { defineCodes } from '../define.js';

export const anyfixture = defineCodes({});
