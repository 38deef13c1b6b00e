export type { Estimate } from './closure/estimate.js';
export { type Chain, drawChain, type Link, writeChain } from './closure/explain.js';
export { Extraction, type ExtractionRequest, openExtraction } from './extraction.js';
export { contentOf } from './file-content.js';
export { defaultLimits } from './limits.js';
export { readLines } from './lines/read.js';
export { type ArchiveLimits, readArchive } from './package/archive.js';
export type { Check, Manifest, PackagedFile } from './package/manifest.js';
export { type OpenPackage, openPackage } from './package/open-package.js';
export {
  newSigningKey,
  parseSigningKey,
  parseVerifyingKey,
  publicKeyOf,
  signingKeyId,
} from './package/signing-key.js';
export type { Trust } from './package/trust.js';
export { type VerifyOptions, type VerifyReport, verifyPackage } from './package/verify.js';
export type { Provenance } from './package-folder.js';
export { type MaskedRows, maskedRows, type RowsRequest } from './rows.js';
export { type Sources, spellings } from './source.js';
export { factsOf } from './target.js';
export { parseBytes } from './template/budget.js';
export type { Budget, Parameter, ParameterType, Template } from './template/model.js';
export { parseArguments, readParameters } from './template/parameters.js';
export { parseTemplate } from './template/parse.js';
export {
  compareFiles,
  type FileOrder,
  globMatcher,
  nameOf,
  type OpenFile,
  openFile,
  type VolumeEntry,
  versionNow,
  walkVolume,
} from './volume.js';
