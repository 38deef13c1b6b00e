import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A way to a server that can be closed and opened again: behind it the server is gone, and back.
 * Whoever makes it closes it.
 */
export interface Gate {
  /** The URL of the server with the gate in the place of its host and port. */
  readonly url: string;
  close(): Promise<void>;
  open(): Promise<void>;
}

export async function gateTo(url: string): Promise<Gate> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let own = 0;
  const open = async () => {
    server = createServer((near) => {
      const far = connect(Number(port), hostname);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => server?.listen(own, '127.0.0.1', resolve));
    own = (server.address() as AddressInfo).port;
  };
  const close = async () => {
    const closed = new Promise((resolve) => server?.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await open();
  const shown = new URL(url);
  shown.hostname = '127.0.0.1';
  shown.port = String(own);
  return { url: shown.href, close, open };
}
