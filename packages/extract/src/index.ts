export { Extraction, type ExtractionRequest, openExtraction } from './extraction.js';
export { readLines } from './lines/read.js';
export { type Sources, spellings } from './source.js';
export type { Parameter, ParameterType, Template } from './template/model.js';
export { parseArguments, readParameters } from './template/parameters.js';
export { parseTemplate } from './template/parse.js';
