import type { Generated } from 'kysely';

/** Users, templates, keys of tokens, and the audit log. */
export interface CoreTables {
  users: {
    /** Never given out twice, so that a token of a removed user fits nobody who comes later. */
    id: string;
    email: string;
    created_at: number;
  };
  keys: {
    fingerprint: string;
    user_id: string;
    /** SPKI in PEM. */
    public_key: string;
    created_at: number;
  };
  /** Those that were answered. */
  challenges: {
    /** SHA-256 of the challenge: who reads this file can answer none. */
    digest: string;
    username: string;
    expires_at: number;
    used_at: number | null;
  };
  templates: {
    user_id: string;
    name: string;
    /** As it was sent. */
    text: string;
    /** SHA-256 of the text, as the audit log names it. */
    digest: string;
    description: string | null;
    /** JSON: what the listing shows of the parameters. */
    parameters: string;
    updated_at: number;
  };
  signing_keys: {
    id: string;
    /** PKCS 8 in PEM; null for a key that signs no more. */
    private_key: string | null;
    public_key: string;
    created_at: number;
    /** From when on no token of it can be valid; null for the key in use. */
    expires_at: number | null;
  };
  audit: {
    id: Generated<number>;
    at: string;
    request: string;
    who: string;
    action: string;
    target: string | null;
    outcome: string;
    /** JSON. */
    details: string;
    /** The place in the chain; null, as all that follows, in records from before there was one. */
    sequence: number | null;
    /** Which daemon wrote it. */
    daemon: string | null;
    /** The hash of the record before it. */
    previous: string | null;
    hash: string | null;
  };
}
