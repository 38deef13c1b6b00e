export { type Fail, type Field, readDocument } from './field.js';
export { secondsIn } from './seconds.js';
