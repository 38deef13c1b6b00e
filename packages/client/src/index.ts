export type { AuditEvent, AuditQuery } from './audit.js';
export { type Signer, signerOf } from './challenge.js';
export { HfitClient } from './client.js';
export type { ConnectionOptions } from './connection.js';
export { isOpenToOthers, parseHost } from './host.js';
export * from './model.js';
export { jobFailure, type PackageJob, type PackageProgress } from './packages.js';
export { proxyFetch } from './proxy.js';
export type { Schedule } from './schedules.js';
