/** Seeded random raw pods over the whole schema, with nulls, empty values, wrong types and unknown fields. */
import type { Json, JsonObject } from '../../src/manifest/types.js';
import { type FieldType, fieldsOf } from '../../src/schema/index.js';

export type Random = () => number;

/** mulberry32: small, seeded, the same everywhere. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const appArmor = 'container.apparmor.security.beta.kubernetes.io/';
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

const strings: Readonly<Record<string, readonly string[]>> = {
  image: [
    'nginx',
    'nginx:latest',
    'nginx:1.27',
    'NGINX',
    '',
    'a/b',
    'a.b/c:1',
    'localhost:5000/x',
    `nginx@${digest}`,
    `nginx:latest@${digest}`,
    `nginx@sha256:${'a'.repeat(40)}`,
    'a'.repeat(64),
    'A/b',
    'a_b/c',
    ':x',
    'x:',
    'a//b',
    'a b',
    'localhost/x',
    `${'a/'.repeat(128)}a`,
    `m@sha512:${'a'.repeat(128)}`,
    `m@md5:${'a'.repeat(32)}`,
    'a-b.c__d',
    'x:a.b-c_d',
    '[::1]:5/x',
  ],
  name: ['x', 'y', 'z', 'linux', 'windows', ''],
  type: ['RuntimeDefault', 'Unconfined', 'Localhost', 'Directory', ''],
  localhostProfile: ['p', 'q', ' p', ''],
  restartPolicy: ['Always', 'Never', 'OnFailure'],
  key: ['x', 'app', '__proto__'],
};
const times = [
  '2020-01-01T00:00:00Z',
  '2020-02-30T00:00:00Z',
  '2020-02-29T23:59:59.999+02:00',
  '0001-01-01T00:00:00Z',
  'yesterday',
  '2020-01-01',
];
const quantities: readonly Json[] = [
  '1',
  '0',
  0,
  1,
  1.5,
  0.1,
  '100m',
  '0.5',
  '1Gi',
  '1.5Gi',
  '1024Mi',
  '1025Ki',
  '1e3',
  '12E-1',
  '1E',
  '100u',
  '1n',
  '0.1n',
  '-5',
  '-1Ki',
  '+5',
  '05',
  '.5',
  '5.',
  '1.500',
  '1000m',
  '1000000',
  '0.0005',
  '3Ki',
  '8Ki',
  '0.3Ki',
  '1.0000000001',
  ' 5 ',
  '5 5',
  'x',
  '',
  'm',
  '1ki',
  1e21,
  '123456789012345678901234567890',
  '-0.0004',
  '1.23456789Mi',
];
const annotations: readonly (readonly [string, readonly string[]])[] = [
  [
    `${appArmor}x`,
    ['runtime/default', 'unconfined', 'localhost/p', 'localhost/', 'localhost/ p', '', 'bogus'],
  ],
  [`${appArmor}y`, ['runtime/default', 'unconfined', 'localhost/p', `localhost/${'é'.repeat(2048)}`]],
  ['seccomp.security.alpha.kubernetes.io/pod', ['unconfined']],
  ['pod.beta.kubernetes.io/init-containers', ['[]']],
  ['constructor', ['x']],
];

/** How often a field is present: rarely for what no policy and no default reads, so that pods stay small. */
const frequent = new Set([
  'containers',
  'initContainers',
  'ephemeralContainers',
  'securityContext',
  'name',
  'image',
  'hostNetwork',
  'os',
  'volumes',
  'ports',
  'resources',
  'limits',
  'requests',
  'annotations',
  'labels',
  'metadata',
  'spec',
  'appArmorProfile',
  'containerPort',
  'lifecycle',
]);

export class PodMaker {
  constructor(
    private readonly next: Random,
    /** How often something is wrong: 0 for pods that decode without a problem. */
    private readonly wrong: number,
  ) {}

  pod(): JsonObject {
    const made = this.struct('Pod', 0);
    return { ...made, apiVersion: 'v1', kind: 'Pod' };
  }

  private chance(p: number): boolean {
    return this.next() < p;
  }

  private pick<T>(from: readonly T[], fallback: T): T {
    return from[Math.floor(this.next() * from.length)] ?? fallback;
  }

  private struct(typeName: string, depth: number): JsonObject {
    const entries: [string, Json][] = [];
    // One source a volume: of two, validation refuses the pod, and the strategy drops fields of the first only.
    const source = typeName === 'Volume' ? this.pick(Object.keys(fieldsOf('Volume') ?? {}), '') : '';
    for (const [name, field] of Object.entries(fieldsOf(typeName) ?? {})) {
      if (name === 'status' || name === 'managedFields' || name === 'apiVersion' || name === 'kind') continue;
      if (source !== '' && name !== 'name' && name !== source) continue;
      if (
        !this.chance(
          name === source
            ? 0.9
            : depth < 2 && (name === 'metadata' || name === 'spec' || name === 'containers')
              ? 0.97
              : frequent.has(name)
                ? 0.6
                : 0.12,
        )
      )
        continue;
      entries.push([name, this.value(name, field, depth + 1)]);
    }
    if (this.chance(this.wrong))
      entries.push([this.pick(['hostpid', 'Privileged', 'runAsUser', 'zzz', '__proto__'], 'zzz'), true]);
    return Object.fromEntries(entries);
  }

  private value(name: string, type: FieldType, depth: number): Json {
    if (this.chance(0.04)) return null;
    if (this.chance(this.wrong))
      return this.pick<Json>(['x', 'true', '1', 7, 1.5, true, [], {}, [null], 2 ** 40], 'x');
    const of = type.of;
    switch (type.kind) {
      case 'struct':
        return this.chance(0.08) ? {} : this.struct(type.type ?? '', depth);
      case 'list':
        return Array.from({ length: Math.floor(this.next() * 3) }, () =>
          of ? this.value(name, of, depth) : null,
        );
      case 'map':
        if (name === 'annotations') {
          return Object.fromEntries(
            annotations.filter(() => this.chance(0.35)).map(([key, values]) => [key, this.pick(values, '')]),
          );
        }
        if (of?.kind === 'quantity') {
          return Object.fromEntries(
            ['cpu', 'memory', 'hugepages-2Mi', 'example.com/gpu', 'ephemeral-storage']
              .filter(() => this.chance(0.4))
              .map((key) => [key, this.value(name, of, depth)]),
          );
        }
        return Object.fromEntries(
          ['x', 'app', '__proto__']
            .filter(() => this.chance(0.4))
            .map((key) => [key, of ? this.value(name, of, depth) : null]),
        );
      case 'bool':
        return this.chance(0.6);
      case 'int':
        return this.pick([0, 1, 80, 8080, -1, 2 ** 31 - 1, -(2 ** 31)], 0);
      case 'intOrString':
        return this.pick<Json>([0, 80, 'http', ''], 0);
      case 'quantity':
        return this.wrong > 0 ? this.pick(quantities, '1') : this.pick(quantities.slice(0, 30), '1');
      case 'time':
        return this.wrong > 0 ? this.pick(times, '') : '2020-01-01T00:00:00Z';
      case 'string':
        if (type.enum && this.chance(0.9)) return this.pick(type.enum, '');
        return this.pick(strings[name === 'reference' ? 'image' : name] ?? ['x', 'app', '', 'http'], 'x');
      case 'bytes':
        return 'eA==';
      case 'raw':
        return {};
    }
  }
}
