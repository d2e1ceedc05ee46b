/** Quantifiers inside a loop that ask for one value of the loop's element: one list for all of them. */
import { describe, expect, it } from 'vitest';
import { vap } from '../../../src/backends/vap/index.js';
import type { Cond } from '../../../src/dsl/index.js';
import {
  and,
  concat,
  containers,
  entries,
  equal,
  every,
  isTrue,
  items,
  nameOf,
  not,
  or,
  pod,
  present,
  quoted,
  some,
  value,
} from '../../../src/dsl/index.js';
import type { JsonObject } from '../../../src/manifest/types.js';
import { control, policyOf } from './fixture.js';
import { compare } from './manifests.js';

const volumes = items(pod.spec.volumes);

/** Whether each is one list, and how often each of the two verdicts is due is left to the pods. */
const conditions: Readonly<Record<string, { readonly where: Cond; readonly joins: boolean }>> = {
  'some in some': {
    joins: true,
    where: some(volumes, (volume) =>
      some(containers(), (c) =>
        some(items(c.volumeMounts), (mount) =>
          and(equal(value(mount.name, ''), nameOf(volume)), not(isTrue(mount.readOnly))),
        ),
      ),
    ),
  },
  'the sides the other way round, with a value that may be absent': {
    joins: true,
    where: some(volumes, (volume) =>
      some(containers(['init']), (c) =>
        some(items(c.volumeMounts), (mount) =>
          equal(value(volume.hostPath.path, '?'), value(mount.subPath, '?')),
        ),
      ),
    ),
  },
  'every in every': {
    joins: true,
    where: every(volumes, (volume) =>
      every(containers(), (c) =>
        every(items(c.volumeMounts), (mount) =>
          or(not(equal(value(mount.name, ''), nameOf(volume))), isTrue(mount.readOnly)),
        ),
      ),
    ),
  },
  'one level': {
    joins: true,
    where: some(containers(), (c) => not(some(volumes, (volume) => equal(nameOf(volume), nameOf(c))))),
  },
  'entries of a map': {
    joins: true,
    where: some(containers(), (c) =>
      some(entries(pod.metadata.annotations, 'for/'), (entry) => equal(value(entry.suffix, ''), nameOf(c))),
    ),
  },
  numbers: {
    joins: true,
    where: some(containers(), (c) =>
      some(items(c.ports), (port) =>
        some(containers(['init']), (other) =>
          some(items(other.ports), (theirs) =>
            and(
              present(theirs.hostPort),
              equal(value(theirs.containerPort, 0), value(port.containerPort, 0)),
            ),
          ),
        ),
      ),
    ),
  },
  'a condition of the loop inside, which the list must not have': {
    joins: false,
    where: some(volumes, (volume) =>
      some(containers(), (c) =>
        and(
          present(volume.hostPath),
          some(items(c.volumeMounts), (mount) => equal(value(mount.name, ''), nameOf(volume))),
        ),
      ),
    ),
  },
  'two values of the element of the loop': {
    joins: false,
    where: some(volumes, (volume) =>
      some(containers(), (c) =>
        and(equal(nameOf(c), nameOf(volume)), equal(value(c.image, ''), value(volume.hostPath.path, ''))),
      ),
    ),
  },
  'a value of both elements': {
    joins: false,
    where: some(volumes, (volume) =>
      some(containers(), (c) => equal(nameOf(c), concat(nameOf(volume), value(c.workingDir, '')))),
    ),
  },
  'what is known around it and not in the list': {
    joins: true,
    where: and(
      present(pod.spec.securityContext.seLinuxOptions),
      some(volumes, (volume) =>
        some(containers(), (c) =>
          and(
            equal(value(pod.spec.securityContext.seLinuxOptions.user, ''), 'u'),
            equal(nameOf(c), nameOf(volume)),
          ),
        ),
      ),
    ),
  },
  'a list of the element of the loop': {
    joins: false,
    where: some(containers(), (c) =>
      some(items(c.env), (env) =>
        some(items(c.volumeMounts), (mount) =>
          and(isTrue(mount.readOnly), equal(value(mount.name, ''), nameOf(env))),
        ),
      ),
    ),
  },
  'both sides from the same quantifier': {
    joins: false,
    where: some(volumes, () => some(containers(), (c) => equal(nameOf(c), value(c.image, '')))),
  },
  'every in some, where one of several is enough': {
    joins: false,
    where: some(volumes, (volume) =>
      every(containers(['ephemeral']), (c) => equal(nameOf(c), nameOf(volume))),
    ),
  },
};

const names = ['a', 'b', 'x\ny', ''];
const mounts = (name: string, readOnly: boolean | null | undefined): JsonObject => ({
  name,
  mountPath: '/m',
  ...(readOnly !== undefined && { readOnly }),
  ...(readOnly === null && { subPath: '/b' }),
});

const manifests: JsonObject[] = names.flatMap((volume) =>
  names.flatMap((mounted) =>
    [true, false, null, undefined].flatMap((readOnly) =>
      [[], ['initContainers'], ['ephemeralContainers']].map((also): JsonObject => {
        const container: JsonObject = {
          name: mounted,
          image: volume,
          env: [{ name: mounted }],
          ports:
            readOnly === true
              ? []
              : [{ containerPort: mounted === 'a' ? 80 : 81, ...(readOnly === null && { hostPort: 1 }) }],
          volumeMounts: [mounts(mounted, readOnly), mounts('c', true)],
        };
        return {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'p', annotations: readOnly === false ? null : { [`for/${volume}`]: 'x' } },
          spec: {
            ...(readOnly !== undefined && { securityContext: { seLinuxOptions: { user: 'u' } } }),
            volumes: [
              { name: 'c', emptyDir: {} },
              { name: volume, hostPath: { path: readOnly === false ? volume : `/${mounted}` } },
            ],
            containers: [{ name: 'c', image: 'i', workingDir: 'w', volumeMounts: null }, container],
            ...Object.fromEntries(
              also.map((group) => [
                group,
                [
                  {
                    ...container,
                    name: volume === 'b' || mounted === 'a' ? 'b' : 'd',
                    ports: [{ containerPort: 80, hostPort: 2 }],
                  },
                ],
              ]),
            ),
          },
        };
      }),
    ),
  ),
);

describe.each(Object.entries(conditions))('%s', (_name, { where, joins }) => {
  it('means what `evaluate` does', () => {
    const { allowed, denied } = compare(policyOf([control(where)]), manifests);
    expect(allowed + denied).toBe(manifests.length);
    expect(Math.min(allowed, denied)).toBeGreaterThan(0);
  });

  it(joins ? 'is made once' : 'stays where it is', () => {
    const compiled = vap.compile([policyOf([control(where)])], '1.37');
    if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
    const text = compiled.files.map((file) => file.text).join('\n');
    expect(/ in\s+(variables\.|group)/.test(text)).toBe(joins);
  });
});

it('is refused where it compares what is quoted, as it is elsewhere', () => {
  const where = some(volumes, (volume) =>
    some(containers(), (c) => equal(quoted(nameOf(c)), value(volume.hostPath.path, ''))),
  );
  expect(vap.compile([policyOf([control(where)])], '1.37')).toHaveProperty('refusals');
});
