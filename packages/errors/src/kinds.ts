interface Answer {
  /** What a failure of this kind says about the request. */
  readonly means: string;
  /** The status of the HTTP answer. */
  readonly status: number;
  /** The exit code of a command. */
  readonly exitCode: number;
}

/** The sorts of failures, and how each is told to a program. */
export const kinds = {
  input: { means: 'what was given is wrong: mend it and try again', status: 400, exitCode: 2 },
  unauthenticated: { means: 'who you are is not proven: log in', status: 401, exitCode: 3 },
  denied: { means: 'you may not do it, or the policy does not allow it', status: 403, exitCode: 3 },
  missing: { means: 'what was named is not there, or not yours to see', status: 404, exitCode: 4 },
  conflict: {
    means: 'the state of the target or the server is against it',
    status: 409,
    exitCode: 5,
  },
  unavailable: {
    means: 'a server or a driver cannot be reached, or went away',
    status: 503,
    exitCode: 6,
  },
  internal: { means: 'our own fault', status: 500, exitCode: 1 },
} as const satisfies Record<string, Answer>;

export type Kind = keyof typeof kinds;
