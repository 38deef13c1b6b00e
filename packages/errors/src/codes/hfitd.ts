import { defineCodes } from '../define.js';

export const hfitd = defineCodes({
  HFIT_CONFIG_UNREADABLE: {
    kind: 'input',
    what: 'cannot read the configuration file: {reason}',
    todo: 'Check the path that --config or HFITD_CONFIG gives, and that the user of the daemon may read it.',
  },
  HFIT_CONFIG_INVALID: {
    kind: 'input',
    what: 'the configuration cannot be used: {reason}',
    todo: 'Mend it at the place named, then start again. docs/server.md lists every setting.',
  },
  HFIT_FOLDER_UNSAFE: {
    kind: 'denied',
    what: 'the folder of the {thing} cannot be used: {reason}',
    todo: 'Let it belong to the user of the daemon alone: chown it to that user and chmod it to 700; or name another folder.',
  },
  HFIT_STORE_UNUSABLE: {
    kind: 'conflict',
    what: 'the own data of the daemon cannot be opened: {reason}',
    todo: 'Check the disk and the data folder. If a newer hfitd wrote it, run that version, or bring back a copy from before.',
  },
  HFIT_STORE_UNAVAILABLE: {
    kind: 'unavailable',
    what: 'the database with the own data of the daemon cannot be reached',
    todo: 'Try again in a minute. Who runs the server checks the PostgreSQL that the setting "store" names.',
  },
  HFIT_REDIS_UNREACHABLE: {
    kind: 'unavailable',
    what: 'the Redis that the daemons share cannot be reached: {reason}',
    todo: 'Check that it runs, and the host, port, user and password of the setting "redis".',
  },
  HFIT_DAEMON_RUNNING: {
    kind: 'conflict',
    what: 'another hfitd answers at the admin socket already',
    todo: 'Stop that one first, or give this one a data folder and a socket of its own.',
  },
  HFIT_DAEMON_UNREACHABLE: {
    kind: 'unavailable',
    what: 'no hfitd answers at the admin socket: {reason}',
    todo: 'Start it with: hfitd serve. If it runs, name its socket with --socket, and run this as the user of the daemon.',
  },
  HFIT_LISTEN_FAILED: {
    kind: 'conflict',
    what: 'cannot listen at {address}: {reason}',
    todo: 'Choose another address or path, or stop what uses this one.',
  },
  HFIT_SOURCE_UNAVAILABLE: {
    kind: 'unavailable',
    what: 'the database behind a source cannot be reached, or went away',
    todo: 'Try again later. Who runs the server finds the reason in its log, under the request {request}.',
  },
  HFIT_DAEMON_STOPPING: {
    kind: 'unavailable',
    what: 'the server is about to stop and takes no new work',
    todo: 'Try again in a minute.',
  },
  HFIT_EMAIL_INVALID: {
    kind: 'input',
    what: '"{email}" cannot be the name of a user',
    todo: 'Give an e-mail address, such as ann@example.com.',
  },
  HFIT_USER_UNKNOWN: {
    kind: 'missing',
    what: 'there is no user "{email}"',
    todo: 'See who is there: hfitd users',
  },
  HFIT_USER_KEY_KNOWN: {
    kind: 'conflict',
    what: '"{email}" has the key {fingerprint} already',
    todo: 'Nothing is to be done. To take a key away, remove the user and add them anew.',
  },
  HFIT_PUBLIC_KEY_INVALID: {
    kind: 'input',
    what: 'this is no public key that can be read: {reason}',
    todo: 'Give the .pub file that ssh-keygen wrote, its one line, or a PEM file that begins with -----BEGIN PUBLIC KEY-----.',
  },
  HFIT_PUBLIC_KEY_PRIVATE: {
    kind: 'input',
    what: 'this is a private key, which must not leave the machine of its owner',
    todo: 'Give the public one: mostly the file of the same name that ends in .pub. The daemon has not kept this one.',
  },
  HFIT_PUBLIC_KEY_TYPE: {
    kind: 'input',
    what: 'a key of type {type} cannot be used to log in',
    todo: 'Use an Ed25519 key (ssh-keygen -t ed25519) or an RSA key.',
  },
  HFIT_PUBLIC_KEY_WEAK: {
    kind: 'input',
    what: 'this RSA key is too weak: {reason}',
    todo: 'Make a new key: ssh-keygen -t ed25519',
  },
  HFIT_LOGIN_REFUSED: {
    kind: 'unauthenticated',
    what: 'the login was refused',
    todo: 'Ask for a new challenge (each works once, and for 5 minutes), and sign it with the private key whose public half was added for this user. If that is so, ask the owner of the server: hfitd users',
  },
  HFIT_TOKEN_MISSING: {
    kind: 'unauthenticated',
    what: 'this needs a login',
    todo: 'Log in (hfit login), and send the token as: authorization: Bearer TOKEN',
  },
  HFIT_TOKEN_INVALID: {
    kind: 'unauthenticated',
    what: 'the token is not valid, or not any more',
    todo: 'Log in again: hfit login',
  },
  HFIT_REQUEST_INVALID: {
    kind: 'input',
    what: 'the request cannot be read: {reason}',
    todo: 'Compare it with the document at /openapi.json.',
  },
  HFIT_ROUTE_UNKNOWN: {
    kind: 'missing',
    what: 'there is nothing at {method} {path}',
    todo: 'See /openapi.json for what this server answers.',
  },
  HFIT_FORMAT_UNKNOWN: {
    kind: 'input',
    what: 'no package can be given in the form that was asked for',
    todo: 'Accept one of: {formats}.',
  },
  HFIT_DB_UNKNOWN: {
    kind: 'missing',
    what: 'the dbms "{dbms}" has no database "{db}"',
    todo: 'See which there are: hfit dbs {dbms}',
  },
  HFIT_TEMPLATE_UNKNOWN: {
    kind: 'missing',
    what: 'you have no template "{template}"',
    todo: 'See which you have: hfit pkg-tmpl list',
  },
  HFIT_TEMPLATE_EXISTS: {
    kind: 'conflict',
    what: 'you have a template "{template}" already',
    todo: 'Replace it (hfit pkg-tmpl update), or give this one another templateName.',
  },
  HFIT_TEMPLATE_NAME: {
    kind: 'input',
    what: 'the templateName cannot be used on a server',
    todo: 'Use 1 to 100 letters, digits, dots, hyphens and underscores, and not dots alone.',
  },
  HFIT_SERVER_BUSY: {
    kind: 'unavailable',
    what: '{waiting} packages are waiting in line already',
    todo: 'Try again in a few minutes.',
  },
  HFIT_AUDIT_FAILED: {
    kind: 'unavailable',
    what: 'the audit event could not be written, so nothing is given out',
    todo: 'The owner of the server must look at the disk and the data folder: its log says more.',
  },
  HFIT_INTERNAL: {
    kind: 'internal',
    what: 'the server met something that it does not know',
    todo: 'Tell the owner of the server this number of the request: {request}. Its log says more.',
  },
});
