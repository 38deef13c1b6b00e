import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { buildAdminServer } from './admin/server.js';
import { listenAtSocket, refuseLiveSocket } from './admin/socket.js';
import { adminName } from './audit/event.js';
import { isLoopback, parseAddress, urlOf } from './config/address.js';
import { complete } from './config/complete.js';
import type { Configuration, Settings } from './config/settings.js';
import { buildMonitor, listenAt } from './http/monitor.js';
import { buildServer } from './http/server.js';
import { renewTls } from './http/tls.js';
import { type LogTarget, makeLogger } from './log.js';
import type { Reloaded } from './reload.js';
import { openService } from './service.js';

/** A daemon that runs. */
export interface Daemon {
  /** Where it listens, with the real port. */
  readonly url: string;
  /** Where /live, /ready and /metrics are, where that was asked for. */
  readonly monitor: string | null;
  /** The path of its admin socket. */
  readonly socket: string;
  /**
   * Takes no new work, lets running packages end for a while, then cuts them off. A second call
   * waits for the first.
   * @param grace how long, in seconds
   */
  stop(grace?: number): Promise<void>;
  /**
   * Reads the configuration again, and takes what may change while it runs: the policy, sources,
   * limits per minute, the access file and the TLS certificate. All of it, or nothing.
   * @throws what is wrong with it, which the log has too
   */
  reload(): Promise<Reloaded>;
}

export interface StartOptions {
  /** Takes the log lines (JSON) in the place of standard error. */
  readonly log?: LogTarget;
  /** Gives the settings again for a reload; by default they are those of the start. */
  readonly read?: () => Settings;
}

/**
 * Starts a daemon in this process.
 * @throws HFIT_CONFIG_INVALID, HFIT_FOLDER_UNSAFE, HFIT_STORE_UNUSABLE, HFIT_DAEMON_RUNNING,
 *   HFIT_LISTEN_FAILED, and what opening a source or reading the policy throws
 */
export async function startDaemon(settings: Settings, options: StartOptions = {}): Promise<Daemon> {
  const configuration = complete(settings);
  const log = makeLogger(configuration.logLevel, options.log);
  await refuseLiveSocket(configuration.socket);
  let stopping = false;
  const isStopping = () => stopping;
  let app: FastifyInstance | undefined;
  const scheme = configuration.tls ? 'https' : 'http';
  const ownUrl = () => urlOf(addressOf(app, configuration), scheme);
  const audience = () => configuration.audience ?? ownUrl();
  const opened = await openService(configuration, audience, log);
  const { service } = opened;
  let admin: FastifyInstance | undefined;
  let monitor: FastifyInstance | undefined;
  let renewal: ReturnType<typeof renewTls> | undefined;
  const reload = (who?: string) => {
    const read = () => complete(options.read?.() ?? settings);
    return opened.reload.run(read, renewal ? [renewal] : [], who);
  };
  const closeAll = async (grace = 0) => {
    renewal?.stop();
    await Promise.all([app?.close(), admin?.close(), service.background.stop(grace)]);
    await service.downloads.ended();
    // Those who watch see until the end that it is not ready any more.
    await monitor?.close();
    await opened.close();
  };
  try {
    app = await buildServer(service, isStopping, configuration);
    await listenAt(app, configuration.listen);
    const url = ownUrl();
    if (configuration.tls) {
      renewal = renewTls(app.server as unknown as Server, configuration.tls, log);
    }
    const started_at = new Date().toISOString();
    const facts = () => ({
      url,
      audience: audience(),
      pid: process.pid,
      started_at,
      volumes: Object.keys(configuration.volumes),
      policy: [opened.reload.current.policy ?? []].flat().join(', ') || null,
    });
    admin = buildAdminServer(service, { facts, reload: () => reload(adminName) }, isStopping);
    await listenAtSocket(admin, configuration.socket);
    if (configuration.monitor !== undefined) {
      monitor = buildMonitor(service, isStopping);
      await listenAt(monitor, configuration.monitor);
    }
    warn(configuration, url);
    await service.background.start();
    const watched = monitor && { monitor: boundUrl(monitor) };
    log.info({ url, socket: configuration.socket, ...watched }, 'ready');
  } catch (error) {
    await closeAll();
    throw error;
  }

  function warn({ listen, policy, tls }: Configuration, url: string): void {
    if (!policy) log.warn('there is no policy, so every column is denied');
    if (!tls && !isLoopback(parseAddress(listen).host)) {
      log.warn({ url }, 'this is plain HTTP: let a proxy with TLS stand before it');
    }
  }

  const end = async (grace: number) => {
    stopping = true;
    log.info('stopping');
    const cut = setTimeout(() => {
      app?.server.closeAllConnections();
      admin?.server.closeAllConnections();
    }, grace * 1000);
    // An answer that ends meanwhile would keep its connection open, for as long as an idle one may be.
    const idle = setInterval(() => {
      app?.server.closeIdleConnections();
      admin?.server.closeIdleConnections();
    }, 50);
    const late = setTimeout(() => log.error('something does not end'), (grace + 5) * 1000);
    late.unref();
    await closeAll(grace);
    clearTimeout(cut);
    clearTimeout(late);
    clearInterval(idle);
    log.info('stopped');
  };
  let ended: Promise<void> | undefined;
  return {
    reload: () => reload(),
    url: ownUrl(),
    monitor: monitor ? boundUrl(monitor) : null,
    socket: configuration.socket,
    stop: (grace = 10) => {
      ended ??= end(grace);
      return ended;
    },
  };
}

function boundUrl(app: FastifyInstance): string {
  const { address: host, port } = app.server.address() as AddressInfo;
  return urlOf({ host, port });
}

/** The host as it was set, and the port that was really taken. */
function addressOf(app: FastifyInstance | undefined, { listen: address }: Configuration) {
  const { host, port } = parseAddress(address);
  const bound = app?.server.address() as AddressInfo | null | undefined;
  return { host, port: bound?.port ?? port };
}
