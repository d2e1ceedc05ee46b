/** etcd and kube-apiserver on free loopback ports, with everything they write in one temporary directory. */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../errors.js';
import { track, trackDirectory } from '../process.js';

/** Who asks, unless a request says otherwise: the user of the token, of the group system:masters. */
export const clusterUser = 'podsec';

export interface ClusterOptions {
  /** Write every policy's outcome to the audit log and hand it to `onAudit`. */
  readonly audit?: boolean;
  /** How long it may take to be ready. Default: 120. */
  readonly seconds?: number;
  /**
   * With the admission plugins that write into pods (`writingPlugins`). They are off otherwise: podsec judges what a manifest and
   * the API's defaults say.
   */
  readonly writes?: boolean;
  /** More flags for kube-apiserver; a later flag wins over an earlier one. */
  readonly flags?: readonly string[];
}

export interface Cluster {
  readonly url: string;
  readonly token: string;
  readonly ca: string;
  /** The audit log, a JSON event a line; undefined without `audit`. */
  readonly auditLog: Readable | undefined;
  /** What kube-apiserver wrote to its log so far, its end. */
  log(): string;
  stop(): Promise<void>;
}

const ENGINE = 'apiserver';

/** The paths of the two programs. */
export interface ClusterPrograms {
  readonly etcd: string;
  readonly apiserver: string;
}

export async function startCluster(
  { etcd, apiserver }: ClusterPrograms,
  options: ClusterOptions = {},
): Promise<Cluster> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(etcd, apiserver, options);
    } catch (error) {
      // Another process may take a port between the look and the use.
      const taken = error instanceof EngineError && /address already in use/.test(error.output);
      if (!taken || attempt === 3) throw error;
    }
  }
}

async function start(etcdBinary: string, apiserverBinary: string, options: ClusterOptions): Promise<Cluster> {
  const directory = mkdtempSync(join(tmpdir(), 'podsec-cluster-'));
  const removeDirectory = trackDirectory(directory);
  const running: Running[] = [];
  const stop = async (): Promise<void> => {
    for (const child of running.toReversed()) await child.stop();
    removeDirectory();
  };
  try {
    const [clientPort, peerPort, securePort] = await freePorts(3);
    const etcdUrl = `http://127.0.0.1:${clientPort}`;
    running.push(
      launch('etcd', etcdBinary, etcdFlags(directory, etcdUrl, `http://127.0.0.1:${peerPort}`), directory),
    );
    const token = randomBytes(16).toString('hex');
    const flags = apiserverFlags(directory, etcdUrl, Number(securePort), token, options);
    const server = launch(ENGINE, apiserverBinary, flags, directory);
    running.push(server);
    const url = `https://127.0.0.1:${securePort}`;
    const ca = await ready(
      url,
      token,
      join(directory, 'certs', 'apiserver.crt'),
      running,
      options.seconds ?? 120,
    );
    return {
      url,
      token,
      ca,
      auditLog: options.audit === true ? (server.child.stdout ?? undefined) : undefined,
      log: () => server.log(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function etcdFlags(directory: string, client: string, peer: string): string[] {
  return [
    '--name=podsec',
    `--data-dir=${join(directory, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=podsec=${peer}`,
    // The data lives as long as the run; waiting for the disk would be most of the time.
    '--unsafe-no-fsync',
    '--log-level=error',
  ];
}

function apiserverFlags(
  directory: string,
  etcd: string,
  port: number,
  token: string,
  options: ClusterOptions,
): string[] {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const key = file('service-account.key', privateKey);
  const tokens = file('tokens.csv', `${token},${clusterUser},${clusterUser},system:masters\n`);
  mkdirSync(join(directory, 'certs'));
  return [
    `--etcd-servers=${etcd}`,
    '--service-account-issuer=https://podsec.invalid',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    // The flag adds up, so a caller's own takes the place of this one.
    ...(options.flags?.some((flag) => flag.startsWith('--authorization-mode='))
      ? []
      : ['--authorization-mode=AlwaysAllow']),
    `--token-auth-file=${tokens}`,
    `--disable-admission-plugins=${['ServiceAccount', ...(options.writes === true ? [] : writingPlugins)].join(',')}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(directory, 'certs')}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    // Without it API validation, not policy, refuses privileged pods.
    '--allow-privileged=true',
    // One client that knows how much it sends: no queues in its way.
    '--enable-priority-and-fairness=false',
    '--max-requests-inflight=0',
    '--max-mutating-requests-inflight=0',
    '--profiling=false',
    '--endpoint-reconciler-type=none',
    '--v=0',
    ...(options.audit === true
      ? [
          `--audit-policy-file=${file('audit.yaml', JSON.stringify(auditPolicy))}`,
          '--audit-log-path=-',
          '--audit-log-mode=blocking',
          '--audit-log-format=json',
        ]
      : []),
    ...(options.flags ?? []),
  ];
}

/**
 * What is on by default and writes into a pod what its manifest does not say: `spec.priority` and `preemptionPolicy`, two
 * tolerations, a runtime class's overhead, node selector and tolerations. Source: DefaultOffAdmissionPlugins of
 * k8s.io/kubernetes/pkg/kubeapiserver/options/plugins.go and the plugins' `Admit`. ServiceAccount, which is never on here, would
 * refuse each pod in a namespace that no controller has given an account.
 */
const writingPlugins = ['Priority', 'DefaultTolerationSeconds', 'RuntimeClass'];

/** The outcome of each request that writes; nothing of what kube-apiserver asks itself. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  omitManagedFields: true,
  rules: [{ level: 'Metadata', users: ['podsec'], verbs: ['create', 'update', 'patch'] }, { level: 'None' }],
};

interface Running {
  readonly child: ChildProcess;
  log(): string;
  /** Undefined while it runs. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

function launch(name: string, binary: string, args: readonly string[], directory: string): Running {
  const logFile = join(directory, `${name}.log`);
  const fd = openSync(logFile, 'a');
  const child = spawn(binary, args, {
    stdio: ['ignore', 'pipe', fd],
    // A fifth of the processor time goes to the garbage collector otherwise.
    env: { ...process.env, GOGC: process.env.GOGC ?? '400' },
  });
  closeSync(fd);
  track(child);
  let ending: string | undefined;
  const closed = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ending = error.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      ending ??= `ended (${signal ?? `exit code ${code}`})`;
      resolve();
    });
  });
  if (!args.includes('--audit-log-path=-')) child.stdout?.resume();
  return {
    child,
    log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8').slice(-8_000) : ''),
    ended: () => ending,
    stop: async () => {
      // Nothing is worth saving, and a graceful end of kube-apiserver takes seconds.
      child.kill('SIGKILL');
      await closed;
    },
  };
}

async function ready(
  url: string,
  token: string,
  cert: string,
  running: readonly Running[],
  seconds: number,
): Promise<string> {
  const deadline = Date.now() + seconds * 1000;
  let last = 'no answer';
  while (Date.now() < deadline) {
    for (const child of running) {
      if (child.ended() !== undefined)
        throw new EngineError(ENGINE, `${child.ended()} at start`, child.log());
    }
    if (existsSync(cert)) {
      const ca = readFileSync(cert, 'utf8');
      if (ca.trimEnd().endsWith('-----END CERTIFICATE-----')) {
        last = await probe(`${url}/readyz`, token, ca);
        if (last === '200') return ca;
      }
    }
    await sleep(50);
  }
  throw new EngineError(
    ENGINE,
    `not ready after ${seconds} s (${last})`,
    running.map((child) => child.log()).join('\n'),
  );
}

function probe(url: string, token: string, ca: string): Promise<string> {
  const agent = new Agent({ ca });
  return new Promise<string>((resolve) => {
    const request = httpsRequest(
      url,
      { agent, timeout: 5_000, headers: { authorization: `Bearer ${token}` } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(String(response.statusCode)));
      },
    );
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', (error) => resolve(error.message));
    request.end();
  }).finally(() => agent.destroy());
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(
      servers.map(
        (server) =>
          new Promise<number>((resolve, reject) => {
            server.once('error', reject);
            server.listen(0, '127.0.0.1', () => {
              const address = server.address();
              if (typeof address === 'object' && address !== null) resolve(address.port);
              else reject(new Error('no port'));
            });
          }),
      ),
    );
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}
