export { codes, codesByRoom } from './codes/index.js';
export type { Definition, Kind } from './define.js';
export { type Code, type Context, type ErrorDocument, HfitError, type Values } from './error.js';
