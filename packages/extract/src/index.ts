export { type Chain, drawChain, type Link, writeChain } from './closure/explain.js';
export { Extraction, type ExtractionRequest, openExtraction } from './extraction.js';
export { readLines } from './lines/read.js';
export { type Sources, spellings } from './source.js';
export { factsOf } from './target.js';
export { parseBytes } from './template/budget.js';
export type { Budget, Parameter, ParameterType, Template } from './template/model.js';
export { parseArguments, readParameters } from './template/parameters.js';
export { parseTemplate } from './template/parse.js';
