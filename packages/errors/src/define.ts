/** What sort of failure it is: gives the HTTP status and the exit code. */
export type Kind =
  | 'input' // what was given is wrong: mend it and try again
  | 'unauthenticated' // who you are is not proven: log in
  | 'denied' // who you are, or what the policy says, does not allow it
  | 'missing' // what was named does not exist (or may not be seen)
  | 'conflict' // the state of the target or the server stands against it
  | 'unavailable' // a server or a driver cannot be reached, or went away
  | 'internal'; // our own fault

export interface Definition {
  readonly kind: Kind;
  /** What happened; `{name}` is filled from the error's values. */
  readonly what: string;
  /** What to do about it. */
  readonly todo: string;
}

/** Keeps the literal texts, so that their placeholders can be typed. */
export function defineCodes<const T extends Record<`HFIT_${string}`, Definition>>(codes: T): T {
  return codes;
}
