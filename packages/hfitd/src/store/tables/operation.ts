export interface OperationTables {
  /** One row, `head`: who adds to the chain of audit records locks it until the end. */
  audit_head: {
    name: string;
    sequence: number;
    hash: string;
  };
  /** Up to where each daemon has vouched for the chain. */
  audit_checkpoints: {
    daemon: string;
    sequence: number;
    hash: string;
    /** SPKI in PEM. */
    public_key: string;
    /** Ed25519, in base64. */
    signature: string;
  };
  /** What was answered to requests with an Idempotency-Key. */
  answers: {
    user_id: string;
    key: string;
    /** SHA-256 of the method, the path and the body. */
    request: string;
    state: 'running' | 'done';
    status: number | null;
    /** JSON. */
    headers: string | null;
    body: string | null;
    created_at: number;
  };
}
