import { defineCodes } from '../define.js';

export const hfit = defineCodes({
  HFIT_USAGE: {
    kind: 'input',
    what: 'the command cannot be read: {reason}',
    todo: 'See: {help}',
  },
  HFIT_NOT_CONFIGURED: {
    kind: 'input',
    what: 'no server is set',
    todo: 'Say which, and who you are: hfit config HOST EMAIL [KEY]. In a pipeline the environment says it: HFIT_HOST with HFIT_EMAIL and HFIT_KEY, or with HFIT_OIDC_TOKEN_FILE.',
  },
  HFIT_NOT_LOGGED_IN: {
    kind: 'unauthenticated',
    what: 'you are not logged in at {host}, and hfit could not log in by itself: {reason}',
    todo: 'Mend that, then run: hfit login',
  },
  HFIT_STATE_FILE: {
    kind: 'conflict',
    what: 'cannot {action} {file}: {reason}',
    todo: 'hfit keeps its state there. Mend or remove it, or set HFIT_HOME to another folder.',
  },
  HFIT_KEY_FILE: {
    kind: 'input',
    what: 'cannot read the private key: {reason}',
    todo: 'Give the path of a private key: a PEM file, or one that ssh-keygen made.',
  },
  HFIT_KEY_FORMAT: {
    kind: 'input',
    what: 'this is no private key that is known: {reason}',
    todo: 'Give a private key of type Ed25519 or RSA, in PEM or OpenSSH form. To make one: ssh-keygen -t ed25519',
  },
  HFIT_KEY_PUBLIC: {
    kind: 'input',
    what: 'this is a public key, and to log in takes the private one',
    todo: 'Give the file that goes with it, mostly of the same name without ".pub".',
  },
  HFIT_KEY_ENCRYPTED: {
    kind: 'input',
    what: 'the private key is locked with a passphrase, and no SSH agent has it unlocked',
    todo: 'Give it to the agent (ssh-add FILE) and try again. Where there is no agent, give hfit a key of its own: ssh-keygen -t ed25519 -N ""',
  },
  HFIT_KEY_NONE: {
    kind: 'unauthenticated',
    what: 'there is no private key to log in with: {reason}',
    todo: 'Give one to the SSH agent (ssh-add), or name a file: hfit config HOST EMAIL KEY. To make one: ssh-keygen -t ed25519',
  },
  HFIT_AGENT: {
    kind: 'unavailable',
    what: 'the SSH agent cannot be used: {reason}',
    todo: 'Check SSH_AUTH_SOCK and the agent (ssh-add -l), or unset it and name a key file: hfit config HOST EMAIL KEY',
  },
  HFIT_FILE_UNREADABLE: {
    kind: 'input',
    what: 'cannot read the {thing}: {reason}',
    todo: 'Check the path, and that you may read it.',
  },
  HFIT_OPTION_VALUE: {
    kind: 'input',
    what: '{option} cannot be "{value}": {reason}',
    todo: 'See: {help}',
  },
  HFIT_OPTIONS_CONFLICT: {
    kind: 'input',
    what: '{one} and {other} cannot be used together',
    todo: 'Leave one of them out.',
  },
  HFIT_INTO_SOURCE: {
    kind: 'denied',
    what: '"{database}" is a source of this package, so nothing is written to it',
    todo: 'Give another database to load into: --into URL.',
  },
  HFIT_OUT_FORMAT: {
    kind: 'input',
    what: 'the ending of "{file}" does not say in which form to write',
    todo: 'Give a name that ends in .sql (one script), or in .tar.gz or .tgz (the package); or say --format.',
  },
  HFIT_OUT_FILE: {
    kind: 'input',
    what: 'cannot write the file: {reason}',
    todo: 'Check that the folder is there, that you may write to it, and that the disk is not full. Nothing was left under that name that was not there before.',
  },
  HFIT_OUT_STREAM: {
    kind: 'unavailable',
    what: 'cannot write to standard output: {reason}',
    todo: 'Look at what reads it, or write to a file: --out FILE',
  },
  HFIT_INTERRUPTED: {
    kind: 'unavailable',
    what: 'stopped by {signal}',
    todo: 'Nothing was left half done. Run again when you like.',
  },
  HFIT_UNEXPECTED: {
    kind: 'internal',
    what: 'hfit met something that it does not know: {reason}',
    todo: 'This is a fault of hfit. Run again with HFIT_DEBUG=1 and report what it prints.',
  },
  HFIT_DOWNLOAD_DAMAGED: {
    kind: 'unavailable',
    what: 'the package came damaged: its SHA-256 is {found}, and should be {wanted}',
    todo: 'What came was removed. Run the same command again, and if it fails again, ask who runs the server and what stands in between.',
  },
  HFIT_TARGET_INVALID: {
    kind: 'input',
    what: 'the target file cannot be used: {reason}',
    todo: 'Mend it at the place named. A new one is written by: hfit local-i create',
  },
  HFIT_TARGET_MISSING: {
    kind: 'input',
    what: 'the target file does not say which {thing} stands for "{name}" here',
    todo: 'Add a line for it below "{field}:".',
  },
  HFIT_EDITOR: {
    kind: 'input',
    what: 'the editor "{editor}" did not save the text: {reason}',
    todo: 'Set VISUAL or EDITOR to a command that waits until the file is closed, such as vi or "code --wait".',
  },
  HFIT_TEMPLATE_TWICE: {
    kind: 'input',
    what: 'the template "{template}" stands in {other} already',
    todo: 'Give one of the two files another templateName, or remove it.',
  },
  HFIT_TYPES_STALE: {
    kind: 'conflict',
    what: '{file} is not what the database says: {difference}',
    todo: 'Write it anew, by the same command without --check.',
  },
});
