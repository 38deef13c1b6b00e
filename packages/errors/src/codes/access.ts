import { defineCodes } from '../define.js';

/** Codes of who may what. */
export const access = defineCodes({
  HFIT_GRANT_INVALID: {
    kind: 'input',
    what: 'this grant, role or team cannot be used: {reason}',
    todo: 'Compare it with docs/access.md, which lists every field.',
  },
  HFIT_GRANT_UNKNOWN: {
    kind: 'missing',
    what: 'there is no grant "{grant}"',
    todo: 'See which there are: hfitd grants',
  },
  HFIT_ROLE_UNKNOWN: {
    kind: 'missing',
    what: 'there is no role "{role}"',
    todo: 'See which there are: hfitd roles',
  },
  HFIT_TEAM_UNKNOWN: {
    kind: 'missing',
    what: 'there is no team "{team}"',
    todo: 'See which there are: hfitd teams',
  },
  HFIT_ACCESS_DECLARED: {
    kind: 'conflict',
    what: 'grants, roles and teams of this server are declared in a file, and changed there alone',
    todo: 'Change the file that "accessFile" of the configuration names, then send the daemon a SIGHUP.',
  },
  HFIT_ACCESS_CLOSED: {
    kind: 'denied',
    what: 'this may be asked for at other hours: it opens at {moment}',
    todo: 'Try again then, in {seconds} seconds.',
  },
  HFIT_ACCESS_CHANGED: {
    kind: 'conflict',
    what: 'what you may have has changed while this was being answered',
    todo: 'Ask again: the answer is then what you may have now.',
  },
  HFIT_PACKAGES_SPENT: {
    kind: 'denied',
    status: 429,
    what: 'you have had the {limit} packages of this day (in UTC)',
    todo: 'Try again tomorrow, in {seconds} seconds; or ask the owner of the server for a higher limit.',
  },
  HFIT_STREAMS_TAKEN: {
    kind: 'denied',
    status: 429,
    what: 'you have {most} streams of rows of source "{source}" already, which are all that one user may have',
    todo: 'Try again when one of them has ended, such as in {seconds} seconds. Who runs the server may raise "streamsPerUser" of the source.',
  },
  HFIT_USER_KEY_UNKNOWN: {
    kind: 'missing',
    what: '"{email}" has no key {fingerprint}',
    todo: 'See which there are: hfitd users',
  },
  HFIT_EXCHANGE_REFUSED: {
    kind: 'unauthenticated',
    what: 'this token of an identity provider is not taken here',
    todo: 'Ask the provider for a new one, with the audience of this server. If that is so, the owner of the server finds the reason in its log, under the request {request}.',
  },
  HFIT_ISSUER_UNAVAILABLE: {
    kind: 'unavailable',
    what: 'the keys of the identity provider cannot be read at the moment',
    todo: 'Try again in a minute. The owner of the server finds the reason in its log.',
  },
  HFIT_TEMPLATE_UNAPPROVED: {
    kind: 'denied',
    what: 'no owner of its team has approved the text of template "{template}" as it is now',
    todo: 'Ask an owner of the team to look at it and to approve it.',
  },
  HFIT_APPROVAL_OWNER: {
    kind: 'denied',
    what: 'a template of team "{team}" is approved by an owner of the team',
    todo: 'Ask one of them: the team names its owners.',
  },
  HFIT_APPROVAL_STALE: {
    kind: 'conflict',
    what: 'the template "{template}" is not the text that you looked at: its digest is {digest}',
    todo: 'Look at it again, and approve that digest.',
  },
});
