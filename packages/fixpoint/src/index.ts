export {
  type Overview,
  type Overviewed,
  type Trouble,
  treeAsText,
} from './chain/overview.js';
export { compareChanges, compareInDatabase } from './compare/compare.js';
export type { Accepted, Difference, Reason } from './compare/difference.js';
export {
  any,
  type CompareRules,
  type Ignored,
  near,
  pattern,
  type TaggedValue,
  type Volatile,
  type VolatileColumns,
} from './compare/rules.js';
export { type FixpointDifference, FixpointDiffers } from './differs.js';
export { type FixpointDocument, fixpointAsDocument } from './files/document.js';
export type { ChangedRow, FileColumn, FileTable, FixpointFile } from './files/model.js';
export { FixpointFiles, type FixpointFilesOptions } from './fixpoint-files.js';
export { Fixpoints } from './fixpoints.js';
export type { Way } from './ground.js';
export {
  type ComparisonOptions,
  type FixpointOptions,
  isCi,
  lastRestored,
  type ParentName,
  type RestoreOptions,
  type StoreOptions,
} from './options.js';
export { type DifferenceDocument, differenceAsDocument } from './show/document.js';
export { colours, marksFor } from './show/marks.js';
export { differenceAsPage, type PageAbout } from './show/page/page.js';
export { type DifferenceTextOptions, differenceAsText } from './show/text.js';
export { removePage, writePage } from './show/write-page.js';
