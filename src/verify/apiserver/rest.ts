/** Kubernetes' REST interface over one keep-alive agent, and where each kind lives in it. */
import { Agent, request as httpsRequest } from 'node:https';
import { EngineError } from '../errors.js';
import type { Cluster } from './cluster.js';
import { type Answer, parseWarnings } from './verdict.js';

export interface KubeObject {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: unknown;
}

export interface RestOptions {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly contentType?: string;
}

export interface ResourceKind {
  /** `/api/v1` or `/apis/GROUP/VERSION`. */
  readonly root: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const ENGINE = 'apiserver';

export class Rest {
  readonly #agent: Agent;
  readonly #host: string;
  readonly #port: string;
  readonly #authorization: string;
  readonly #kinds = new Map<string, Promise<Map<string, ResourceKind>>>();

  constructor(cluster: Cluster, sockets = 64) {
    const url = new URL(cluster.url);
    this.#host = url.hostname;
    this.#port = url.port;
    this.#authorization = `Bearer ${cluster.token}`;
    this.#agent = new Agent({
      ca: cluster.ca,
      keepAlive: true,
      maxSockets: sockets,
      maxFreeSockets: sockets,
    });
  }

  request(method: string, path: string, body?: unknown, options: RestOptions = {}): Promise<Answer> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body), 'utf8');
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void =>
        reject(new EngineError(ENGINE, `${method} ${path} got no answer: ${error.message}`));
      const headers: Record<string, string | string[]> = {
        authorization: this.#authorization,
        accept: 'application/json',
      };
      for (const [name, value] of Object.entries(options.headers ?? {})) {
        headers[name] = typeof value === 'string' ? value : [...value];
      }
      if (payload !== undefined) {
        headers['content-type'] = options.contentType ?? 'application/json';
        headers['content-length'] = String(payload.length);
      }
      const request = httpsRequest(
        { host: this.#host, port: this.#port, path, method, agent: this.#agent, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', fail);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            // Node reads header bytes as Latin-1; Kubernetes writes UTF-8.
            const warning = Buffer.from(response.headers.warning ?? '', 'latin1').toString('utf8');
            resolve({
              status: response.statusCode ?? 0,
              body: parse(text),
              warnings: parseWarnings(warning),
            });
          });
        },
      );
      request.on('error', fail);
      request.end(payload);
    });
  }

  /** The path of the object's collection, or of the object when `name` is given. */
  async path(
    object: KubeObject,
    namespace: string | undefined,
    name?: string,
    subresource?: string,
  ): Promise<string> {
    const kind = await this.kind(object);
    const where = kind.namespaced ? `/namespaces/${encodeURIComponent(namespace ?? 'default')}` : '';
    const which = name === undefined ? '' : `/${encodeURIComponent(name)}`;
    return `${kind.root}${where}/${kind.plural}${which}${subresource === undefined ? '' : `/${subresource}`}`;
  }

  async kind(object: KubeObject): Promise<ResourceKind> {
    const { apiVersion, kind } = object;
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
      throw new EngineError(ENGINE, 'an object without apiVersion or kind cannot be sent');
    }
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const known = await (this.#kinds.get(root) ?? this.#know(root));
    const found = known.get(kind) ?? (await this.#know(root)).get(kind);
    if (found === undefined) throw new EngineError(ENGINE, `the API server serves no ${apiVersion} ${kind}`);
    return found;
  }

  /** Asks what there is, also where it is known: kinds may have come since. */
  #know(root: string): Promise<Map<string, ResourceKind>> {
    const kinds = this.#discover(root);
    this.#kinds.set(root, kinds);
    kinds.catch(() => {
      if (this.#kinds.get(root) === kinds) this.#kinds.delete(root);
    });
    return kinds;
  }

  async #discover(root: string): Promise<Map<string, ResourceKind>> {
    const { status, body } = await this.request('GET', root);
    if (status !== 200)
      throw new EngineError(ENGINE, `the API server does not serve ${root} (status ${status})`);
    const { resources = [] } = body as {
      resources?: { name: string; kind: string; namespaced: boolean }[];
    };
    return new Map(
      resources
        .filter(({ name }) => !name.includes('/'))
        .map(({ name, kind, namespaced }) => [kind, { root, plural: name, namespaced }]),
    );
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
