import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { type Present, Services } from './services.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** What there is, and where a test asks for a server's URL. */
    services: Present & { readonly asking: string };
  }
}

/** Looks for the servers before the first test, and starts one when the first test asks for it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const services = new Services();
  const missing = services.missing.join('; ');
  if (missing !== '' && isCi()) {
    throw new Error(`With CI=true no server of the tests may be missing. Missing: ${missing}.`);
  }

  // Tests run in processes of their own, so they ask over HTTP. The secret keeps others out.
  const secret = randomUUID();
  const desk = createServer(async ({ url }, response) => {
    const [, given, name = ''] = (url ?? '').split('/');
    try {
      if (given !== secret) throw new Error('not for you');
      response.end(await services.url(name));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve));
  const { port } = desk.address() as AddressInfo;
  project.provide('services', {
    ...services.present,
    asking: `http://127.0.0.1:${port}/${secret}`,
  });

  return async () => {
    desk.close();
    desk.closeAllConnections();
    await services.stop();
    if (missing !== '') {
      process.stderr.write(`\n!!! hot-fixture: SUITES WERE SKIPPED. Missing: ${missing}.\n\n`);
    }
  };
}

function isCi(): boolean {
  return !['', '0', 'false'].includes(process.env.CI ?? '');
}
