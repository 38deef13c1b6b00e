export type { Signer } from './challenge.js';
export { HfitClient } from './client.js';
export type { ConnectionOptions } from './connection.js';
export { isOpenToOthers, parseHost } from './host.js';
export * from './model.js';
