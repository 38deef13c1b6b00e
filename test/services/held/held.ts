/** A server that a run holds: where its files are, and processes of it. */
export interface Held {
  readonly folder: string;
  readonly pids: readonly number[];
}
