export { codes, codesByRoom } from './codes/index.js';
export type { Definition } from './define.js';
export { type Code, type Context, type ErrorDocument, HfitError, type Values } from './error.js';
export { type Kind, kinds } from './kinds.js';
