import { Api, queryOf } from './api.js';
import { bytesOf } from './body.js';
import type { Connection } from './connection.js';
import type { FileInfo } from './model.js';
import { pathStep, proposedName } from './names.js';
import { linesOf } from './ndjson.js';

/** A file as it comes. */
export interface FileStream {
  readonly body: AsyncIterable<Uint8Array>;
  readonly fileName: string | null;
  /** In bytes; null where the server does not say. */
  readonly size: number | null;
}

/** The volumes of the server: folders whose files it gives out. */
export class FilesApi {
  readonly #api: Api;

  constructor(connection: Connection) {
    this.#api = new Api(connection);
  }

  /** The names of the volumes. */
  async volumes(): Promise<string[]> {
    const list = await this.#api.list<string | { name: string }>('/volumes', 'volumes');
    return list.map((each) => (typeof each === 'string' ? each : each.name));
  }

  /** The files of a volume, as its folders are walked. */
  async *list(volume: string, filters: readonly string[]): AsyncGenerator<FileInfo> {
    const path = `/files/${pathStep('volume', volume)}/list${queryOf({ 'filter[]': filters })}`;
    yield* linesOf<FileInfo>(this.#api.connection, path);
  }

  /**
   * One file: that of a path, or the best match of the filters.
   * @throws what is told of a file that is not there, or may not leave
   */
  async download(
    volume: string,
    wanted:
      | { readonly path: string }
      | { readonly folder: string; readonly filters: readonly string[] },
  ): Promise<FileStream> {
    const query =
      'path' in wanted
        ? { path: wanted.path }
        : { folder: wanted.folder, 'filter[]': wanted.filters };
    const { connection } = this.#api;
    const response = await connection.send({
      method: 'GET',
      path: `/files/${pathStep('volume', volume)}/download${queryOf(query)}`,
      accept: '*/*',
      streams: true,
    });
    const length = response.headers.get('content-length');
    return {
      body: bytesOf(response, connection.idleSeconds, connection.signal),
      fileName: proposedName(response.headers.get('content-disposition')),
      size: length === null ? null : Number(length),
    };
  }
}
