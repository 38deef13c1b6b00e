import { defineCodes } from '../define.js';

export const masking = defineCodes({});
