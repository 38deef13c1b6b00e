import { defineCodes } from '../define.js';

export const packages = defineCodes({
  HFIT_PACKAGE_FORMAT: {
    kind: 'input',
    what: 'this is no package: {reason}',
    todo: 'Give a file that "hfit extract --format package" or "hfit pkg-download --format package" has written. Packages made before they had a manifest have to be made again.',
  },
  HFIT_PACKAGE_VERSION: {
    kind: 'input',
    what: 'the package is of form {version}, and this hfit knows forms up to {known}',
    todo: 'Install a newer hfit.',
  },
  HFIT_PACKAGE_CUT: {
    kind: 'input',
    what: 'the package ends before its end',
    todo: 'Copy or download it again.',
  },
  HFIT_PACKAGE_UNSAFE: {
    kind: 'denied',
    what: 'the package holds {entry}, which is refused: {reason}',
    todo: 'No package of ours has that. Ask whoever gave it to you where it is from, and do not unpack it by hand.',
  },
  HFIT_PACKAGE_CHANGED: {
    kind: 'denied',
    what: 'the package is not as it was made: {reason}',
    todo: 'Get it again from where it was made, and see what "hfit verify" says of it.',
  },
  HFIT_PACKAGE_SIGNATURE: {
    kind: 'denied',
    what: 'nobody vouches for the package: {reason}',
    todo: 'Ask who made it for their public key ("hfit public-key" prints it) and give it with --key FILE. --any-key takes any package that is whole.',
  },
  HFIT_PACKAGE_UNPACK: {
    kind: 'unavailable',
    what: 'the package cannot be unpacked: {reason}',
    todo: 'It is unpacked into the temporary folder (TMPDIR): see that it is there, may be written to and has room.',
  },
  HFIT_PACKAGE_DATABASES: {
    kind: 'input',
    what: 'the package holds rows of more than one database: {databases}',
    todo: 'Say with --from NAME which of them to load.',
  },
  HFIT_PACKAGE_NO_ROWS: {
    kind: 'missing',
    what: 'the package holds no rows of {what}',
    todo: 'Look at its METADATA/manifest.json for what it holds: {known}.',
  },
  HFIT_SIGNING_KEY: {
    kind: 'input',
    what: 'this is no {half} key that packages are signed with',
    todo: 'Keys are of Ed25519, in PEM: "hfit public-key" prints the public half, and "openssl genpkey -algorithm ed25519" makes a private one.',
  },
});
