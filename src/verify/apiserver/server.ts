/**
 * A real API server to judge pods with. Nothing but the server decides: this module starts it, asks, and reads its answers.
 *
 * One request judged by many policies. Three ways, of which this module reads all:
 * - `Deny` bindings: exact, but the server names the first refusing policy only. Give each policy a namespace of its own
 *   (a binding with a `namespaceSelector`), and send a pod once for each policy.
 * - `Audit` bindings, on a server that was started with `audit: true`: one request yields every policy's outcome, up to
 *   50 failures with their whole messages (`policyAudits`), and violating pods can be stored. The way for large corpora.
 * - `Warn` bindings: in `policyWarnings`, but all warnings of an answer are cut at 4 KiB together and one with a control
 *   character (an error in an expression of several lines) is dropped. For tests of that mode only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../errors.js';
import { AuditLog } from './audit.js';
import { type ClusterOptions, type ClusterPrograms, startCluster } from './cluster.js';
import { type KubeObject, Rest, type RestOptions } from './rest.js';
import { type Answer, type Judgement, judge } from './verdict.js';

export { mapPool } from '../pool.js';
export type { KubeObject } from './rest.js';
export type { EngineVerdict, Judgement, PolicyDenial } from './verdict.js';

export interface User {
  readonly name: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
}

export interface SendOptions {
  /** Who asks, by impersonation. Default: a cluster administrator. */
  readonly user?: User;
  /** What happens to unknown and duplicate fields. The server's default is `Warn`. */
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
}

export interface UpdateOptions extends SendOptions {
  readonly subresource?: 'ephemeralcontainers' | 'resize' | 'status';
}

export interface WaitOptions {
  readonly timeoutMs?: number;
  /**
   * Wait until each of these has refused the object; default: until any policy has. Name all: they become active one by
   * one, up to a second apart. With `Deny` bindings an answer names one policy only, so wait for one in each namespace.
   */
  readonly policies?: readonly string[];
}

const ENGINE = 'apiserver';
const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';

export async function startServer(
  programs: ClusterPrograms,
  options: ClusterOptions = {},
): Promise<ApiServer> {
  const cluster = await startCluster(programs, options);
  const rest = new Rest(cluster);
  const audit = cluster.auditLog === undefined ? undefined : new AuditLog(cluster.auditLog);
  return new ApiServer(cluster.url, cluster.token, rest, audit, cluster.log, async () => {
    rest.close();
    await cluster.stop();
  });
}

/** What has finalizers stays, marked as deleted, until they are gone; nobody here would take them away. */
const noFinalizers = { metadata: { finalizers: null } };
const mergePatch = { contentType: 'application/merge-patch+json' };

function hasFinalizers(body: unknown): boolean {
  const metadata: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'metadata') : null;
  const found: unknown =
    typeof metadata === 'object' && metadata !== null && Reflect.get(metadata, 'finalizers');
  return Array.isArray(found) && found.length > 0;
}

export class ApiServer {
  /** Whether each validation of a policy gives a reason of its own, by the policy's name. */
  readonly #ownReason = new Map<string, boolean>();
  readonly #rest: Rest;
  readonly #audit: AuditLog | undefined;

  constructor(
    readonly url: string,
    readonly token: string,
    rest: Rest,
    audit: AuditLog | undefined,
    /** The end of kube-apiserver's log. */
    readonly log: () => string,
    readonly stop: () => Promise<void>,
  ) {
    this.#rest = rest;
    this.#audit = audit;
  }

  request(method: string, path: string, body?: unknown, options?: RestOptions): Promise<Answer> {
    return this.#rest.request(method, path, body, options);
  }

  /** Creates or replaces the objects, in order. A refusal or an unknown field throws; the server's warnings return. */
  async apply(objects: readonly KubeObject[]): Promise<string[]> {
    const warnings: string[] = [];
    for (const object of objects) {
      const { name, namespace } = metadataOf(object);
      const path = await this.#rest.path(object, namespace, name);
      const query = 'fieldManager=podsec&force=true&fieldValidation=Strict';
      const answer = await this.#rest.request('PATCH', `${path}?${query}`, object, {
        contentType: 'application/apply-patch+yaml',
      });
      if (answer.status >= 300) throw refused(`applying ${object.kind} ${name}`, answer);
      warnings.push(...answer.warnings);
      if (object.kind === 'ValidatingAdmissionPolicy') this.#ownReason.set(name, givesReasons(object));
    }
    return warnings;
  }

  /** Deletes the objects at once; one that does not exist is no error. */
  async remove(objects: readonly KubeObject[]): Promise<void> {
    for (const object of objects) {
      const { name, namespace } = metadataOf(object);
      const path = await this.#rest.path(object, namespace, name);
      const answer = await this.#rest.request('DELETE', `${path}?gracePeriodSeconds=0`);
      if (answer.status >= 300 && answer.status !== 404)
        throw refused(`deleting ${object.kind} ${name}`, answer);
      if (hasFinalizers(answer.body)) await this.#rest.request('PATCH', path, noFinalizers, mergePatch);
    }
  }

  /** Creates a namespace, or sets its labels to exactly these. */
  async namespace(name: string, labels: Readonly<Record<string, string>> = {}): Promise<string> {
    await this.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }]);
    return name;
  }

  /** Judges the creation of the object in the namespace. It has a name, or what one is made of. */
  dryRunCreate(namespace: string, object: KubeObject, options: SendOptions = {}): Promise<Judgement> {
    const sent = addressed(object, namespace);
    return this.#judge(options, async (headers) =>
      this.#rest.request('POST', `${await this.#rest.path(sent, namespace)}?${query(true, options)}`, sent, {
        headers,
      }),
    );
  }

  /** Judges the replacement of the stored object of that name, or of its subresource. */
  dryRunUpdate(namespace: string, object: KubeObject, options: UpdateOptions = {}): Promise<Judgement> {
    const sent = addressed(object, namespace);
    return this.#judge(options, async (headers) => {
      const path = await this.#rest.path(sent, namespace, metadataOf(sent).name, options.subresource);
      return this.#rest.request('PUT', `${path}?${query(true, options)}`, sent, { headers });
    });
  }

  /**
   * Stores the object for updates to start from, and returns it as stored. A policy that denies it denies this too:
   * store it before the namespace gets the label that binds the policy, or bind with `Audit`.
   */
  async store(namespace: string, object: KubeObject, options: SendOptions = {}): Promise<KubeObject> {
    const sent = addressed(object, namespace);
    const path = await this.#rest.path(sent, namespace);
    const headers = options.user === undefined ? {} : impersonation(options.user);
    const answer = await this.#rest.request('POST', `${path}?${query(false, options)}`, sent, { headers });
    if (answer.status >= 300) throw refused(`storing ${object.kind}`, answer);
    const stored: KubeObject = Object.assign({}, answer.body);
    return stored;
  }

  /** Stores the object, uses it and deletes it. */
  async withStored<T>(
    namespace: string,
    object: KubeObject,
    use: (stored: KubeObject) => Promise<T>,
  ): Promise<T> {
    const stored = await this.store(namespace, object);
    try {
      return await use(stored);
    } finally {
      await this.remove([stored]);
    }
  }

  /** Policies become active a moment after they are applied: asks until they refuse the object (deny, audit or warn). */
  waitForPolicy(namespace: string, violating: KubeObject, options: WaitOptions = {}): Promise<Judgement> {
    const active = ({ policyDenials, policyAudits, policyWarnings }: Judgement): boolean => {
      const refusing = new Set(
        [...policyDenials, ...policyAudits, ...policyWarnings].map(({ policy }) => policy),
      );
      return options.policies === undefined
        ? refusing.size > 0
        : options.policies.every((policy) => refusing.has(policy));
    };
    return this.waitFor(namespace, violating, active, options);
  }

  /** Asks until the answer is as expected, say after a policy was replaced or removed. */
  async waitFor(
    namespace: string,
    object: KubeObject,
    expected: (judgement: Judgement) => boolean | Promise<boolean>,
    options: SendOptions & Pick<WaitOptions, 'timeoutMs'> = {},
  ): Promise<Judgement> {
    const ask = () => this.dryRunCreate(namespace, object, options);
    return until(`the policies in ${namespace}`, ask, expected, options.timeoutMs);
  }

  async #judge(
    options: SendOptions,
    send: (headers: Record<string, string | readonly string[]>) => Promise<Answer>,
  ): Promise<Judgement> {
    const headers: Record<string, string | readonly string[]> = { accept: METADATA_ONLY };
    if (options.user !== undefined) Object.assign(headers, impersonation(options.user));
    const ownReason = (policy: string): boolean => this.#ownReason.get(policy) ?? false;
    if (this.#audit === undefined) return judge(await send(headers), ownReason);

    const expected = this.#audit.expect();
    headers['audit-id'] = expected.id;
    try {
      const answer = await send(headers);
      return judge(answer, ownReason, await expected.denials);
    } finally {
      expected.forget();
    }
  }
}

/**
 * The object in the namespace. Nothing else is changed, for what was sent is what the answer is about; without a name the API
 * server would refuse it, whatever the policies say.
 */
export function addressed(object: KubeObject, namespace: string): KubeObject {
  const metadata = typeof object.metadata === 'object' && object.metadata !== null ? object.metadata : {};
  const name: unknown = Reflect.get(metadata, 'name') ?? Reflect.get(metadata, 'generateName');
  if (typeof name !== 'string' || name === '') throw nameless(object);
  return { ...object, metadata: { ...metadata, namespace } };
}

const nameless = ({ kind }: KubeObject): EngineError =>
  new EngineError(ENGINE, `an object of kind ${kind} has no name`);

function metadataOf(object: KubeObject): { name: string; namespace?: string } {
  const metadata = (object.metadata ?? {}) as { name?: unknown; namespace?: unknown };
  if (typeof metadata.name !== 'string') throw nameless(object);
  return {
    name: metadata.name,
    ...(typeof metadata.namespace === 'string' ? { namespace: metadata.namespace } : {}),
  };
}

function query(dryRun: boolean, options: SendOptions): string {
  return [
    ...(dryRun ? ['dryRun=All'] : []),
    'fieldManager=podsec',
    ...(options.fieldValidation === undefined ? [] : [`fieldValidation=${options.fieldValidation}`]),
  ].join('&');
}

function impersonation(user: User): Record<string, string | readonly string[]> {
  return {
    'impersonate-user': user.name,
    ...(user.groups === undefined || user.groups.length === 0 ? {} : { 'impersonate-group': user.groups }),
    ...(user.uid === undefined ? {} : { 'impersonate-uid': user.uid }),
  };
}

function givesReasons(policy: KubeObject): boolean {
  const { spec } = policy as { spec?: { validations?: { reason?: string }[] } };
  return (spec?.validations ?? []).every(({ reason }) => reason !== undefined && reason !== 'Invalid');
}

function refused(what: string, { status, body }: Answer): EngineError {
  const { message } = (body ?? {}) as { message?: string };
  return new EngineError(
    ENGINE,
    `${what} was refused with status ${status}: ${message ?? JSON.stringify(body)}`,
  );
}

/** Policies come into force, and go out of it, a moment after they were sent: asks until the answer is as expected. */
export async function until(
  what: string,
  ask: () => Promise<Judgement>,
  expected: (judgement: Judgement) => boolean | Promise<boolean>,
  timeoutMs = 30_000,
): Promise<Judgement> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(25)) {
    const judgement = await ask();
    if (await expected(judgement)) return judgement;
    if (Date.now() > deadline) {
      const said = `${judgement.verdict}, status ${judgement.status} ${judgement.message}`;
      throw new EngineError(ENGINE, `${what} did not become active; the last answer was ${said}`);
    }
  }
}
