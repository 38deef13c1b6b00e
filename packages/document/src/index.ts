export { type Fail, type Field, readDocument } from './field.js';
