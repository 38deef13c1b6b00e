import { defineCodes } from '../define.js';

export const client = defineCodes({
  HFIT_HOST_INVALID: {
    kind: 'input',
    what: '"{host}" is no address of a server: {reason}',
    todo: 'Give it as in https://hfit.example.com or localhost:8080.',
  },
  HFIT_NAME_INVALID: {
    kind: 'input',
    what: '"{name}" cannot be the name of a {thing}',
    todo: 'Give a name that is not empty and is more than dots.',
  },
  HFIT_SERVER_UNREACHABLE: {
    kind: 'unavailable',
    what: 'cannot reach hfitd at {host}: {reason}',
    todo: 'Check the address, that hfitd runs there, and that this machine may reach it.',
  },
  HFIT_SERVER_ANSWER: {
    kind: 'unavailable',
    what: 'what answers at {host} is not hfitd, or not one that this version understands: {reason}',
    todo: 'Check the address, and that no proxy stands in between.',
  },
  HFIT_SERVER_ERROR: {
    kind: 'internal',
    what: 'the server refused with {code}: {what}',
    todo: '{todo}',
  },
  HFIT_PACKAGE_NOT_BUILT: {
    kind: 'conflict',
    what: 'the package {id} was not built: it is {state}',
    todo: 'Have it built again: hfit package retry {id}',
  },
  HFIT_KEY_UNSUPPORTED: {
    kind: 'input',
    what: 'a key of type {type} cannot be used to log in',
    todo: 'Use an Ed25519 key (ssh-keygen -t ed25519), or an RSA key of at least 2048 bits.',
  },
  HFIT_CHALLENGE_UNEXPECTED: {
    kind: 'denied',
    what: 'the server at {host} asked for a signature over something else than a login: {reason}',
    todo: 'Nothing was signed. Check that the address is that of your own hfitd, and ask who runs it.',
  },
});
