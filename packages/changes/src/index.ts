export { type ApplyOptions, apply } from './apply.js';
export {
  type ChangeSet,
  invert,
  isEmpty,
  type SequenceChange,
  type TableChanges,
} from './change-set.js';
export { compose } from './compose.js';
export { type DiffOptions, diff, snapshotOf } from './diff.js';
export { type ChangeSetDocument, changesAsDocument } from './files/document.js';
export { fromJson, type JsonValue, rowToJson, toJson } from './files/json-value.js';
export { readNdjson } from './files/ndjson-read.js';
export { writeNdjson } from './files/ndjson-write.js';
export { writeSql } from './files/sql-write.js';
export { readYaml } from './files/yaml-read.js';
export { scalarOf } from './files/yaml-scalar.js';
export { yamlEntry, yamlName, yamlValue } from './files/yaml-value.js';
export { readYamlValue } from './files/yaml-value-read.js';
export { writeYaml } from './files/yaml-write.js';
export { ChangeLog, type TrackReport, type TrackStatus } from './log/change-log.js';
export { openChangeLog } from './log/open.js';
export type { StrategyName } from './log/strategy.js';
export { type TrackOptions, track, untrack } from './log/track.js';
export type { State } from './state.js';
export { changesAsText, type Marks, printable, type TextOptions } from './text.js';
export { compareRows, compareTexts, identity, pick, sameRow, sameValue } from './value.js';
