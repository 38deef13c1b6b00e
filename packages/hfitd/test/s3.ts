import { rmSync } from 'node:fs';
import S3rver from 's3rver';
import { makeFolder } from './folder.js';

/** A real S3 server with an empty bucket. */
export interface TestBucket {
  /** With the bucket, as `storage` takes it. */
  readonly url: string;
  /** Where the server listens. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

export async function startBucket(): Promise<TestBucket> {
  const directory = makeFolder();
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: 'packages', configs: [] }],
  });
  const { port } = await server.run();
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    url: bucketAt(endpoint),
    endpoint,
    async stop() {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The setting for the bucket at another place, such as behind a gate. */
export function bucketAt(endpoint: string): string {
  return `s3://S3RVER:S3RVER@packages/built?endpoint=${encodeURIComponent(endpoint.replace(/\/$/, ''))}`;
}
