import { defineCodes } from '../define.js';

/** Codes of the daemon's operation: limits, conditions, audit, backups, checks. */
export const operation = defineCodes({
  HFIT_BODY_TOO_LARGE: {
    kind: 'input',
    status: 413,
    what: 'the body of the request is larger than this route takes',
    todo: 'Send less at once: docs/server.md lists the limits.',
  },
  HFIT_BODY_TYPE: {
    kind: 'input',
    status: 415,
    what: 'the body of the request has a content-type that this route does not take',
    todo: 'Send one of the types that /openapi.json lists for this route.',
  },
  HFIT_HEADERS_TOO_LARGE: {
    kind: 'input',
    status: 431,
    what: 'the headers of the request are larger than this server takes',
    todo: 'Send less in them: 16 KB for the address and all headers together.',
  },
  HFIT_REQUEST_SLOW: {
    kind: 'input',
    status: 408,
    what: 'the request did not come in within the time for it',
    todo: 'Send it again, without a wait between its parts.',
  },
  HFIT_CHANGED_MEANWHILE: {
    kind: 'conflict',
    status: 412,
    what: 'the template "{template}" is not the one that you saw: it was changed meanwhile',
    todo: 'Read it again, look at the difference, and send your change once more with the new ETag.',
  },
  HFIT_TOO_MANY_REQUESTS: {
    kind: 'unavailable',
    status: 429,
    what: 'these are too many requests in too short a time',
    todo: 'Try again in {seconds} seconds.',
  },
  HFIT_IDEMPOTENCY_KEY_USED: {
    kind: 'conflict',
    what: 'this Idempotency-Key was sent before with another request',
    todo: 'Make a new key for a new request, such as a UUID. The same key is for the same request, sent again.',
  },
  HFIT_IDEMPOTENCY_RUNNING: {
    kind: 'conflict',
    what: 'the request that was first sent with this Idempotency-Key still runs',
    todo: 'Wait a moment and send it again: the answer of the first one is then given.',
  },
  HFIT_TEMPLATE_ARCHIVE: {
    kind: 'input',
    what: 'the archive of templates cannot be taken: {reason}',
    todo: 'Send a tar.gz that holds plain files that end in .yaml or .yml, in as many folders as you like: nothing of it was kept.',
  },
  HFIT_AUDIT_BROKEN: {
    kind: 'conflict',
    what: 'the audit log is not what was written: {reason}',
    todo: 'Keep a copy of both the file and the store as they are, and find out who could write there since the last verification that passed.',
  },
  HFIT_AUDIT_UNREADABLE: {
    kind: 'input',
    what: 'the audit log cannot be read: {reason}',
    todo: 'Check the path and run this as the user of the daemon.',
  },
  HFIT_TLS_UNUSABLE: {
    kind: 'input',
    what: 'the certificate or its key cannot be used: {reason}',
    todo: 'Check that both files are PEM, that they belong together, and that the user of the daemon may read them.',
  },
  HFIT_KEYS_DIFFER: {
    kind: 'conflict',
    what: 'this process has another {key} than those that it shares a store with',
    todo: 'Give all of them the same maskingKeyFile and signingKeyFile. After a key was renewed everywhere, run once: hfitd agree-keys',
  },
  HFIT_BACKUP_FAILED: {
    kind: 'conflict',
    what: 'the backup was not made, or not put back: {reason}',
    todo: 'Mend what is named, then run the command again. Where it was not put back, the data folder is as it was.',
  },
  HFIT_BACKUP_ELSEWHERE: {
    kind: 'input',
    what: 'the own data of this daemon is in PostgreSQL, which has tools of its own for this',
    todo: 'Use pg_dump and pg_restore for the database that "store" names, and copy masking.key and signing.key of the data folder.',
  },
  HFIT_CHECK_FAILED: {
    kind: 'conflict',
    what: '{count} of the checks of the configuration failed',
    todo: 'Mend what the lines with "failed" say, then check again.',
  },
});
