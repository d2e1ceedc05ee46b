/** Each kind of node of the IR as CEL, run by cel-js, against `evaluate`. */
import { describe, expect, it } from 'vitest';
import { admit } from '../../../src/admission/index.js';
import { vap } from '../../../src/backends/vap/index.js';
import * as dsl from '../../../src/dsl/index.js';
import { defaultScope, noExemptions } from '../../../src/dsl/scope.js';
import { evaluate, noRequest } from '../../../src/evaluate.js';
import type { Comprehension, Cond, Control, Policy, Ref, Term } from '../../../src/ir/types.js';
import type { JsonObject } from '../../../src/manifest/types.js';
import { CelEngine, type CelRequest } from './engine.js';

const { pod, value } = dsl;

function policyOf(controls: readonly Control[], alternatives: readonly Policy[] = [], name = 'own'): Policy {
  return {
    ir: 1,
    name,
    version: null,
    controls,
    alternatives,
    exemptions: noExemptions,
    scope: defaultScope,
    mode: 'enforce',
  };
}

/** A control that denies where the condition holds. */
function control(
  where: Cond | dsl.Cond,
  show: Term = { kind: 'literal', value: 'pod' },
  id = 'own',
): Control {
  const cond = 'cond' in where ? where.cond : where;
  return comprehensionControl([{ over: [], where: cond, show, at: { from: 'pod', path: [] } }], id);
}

function comprehensionControl(from: readonly Comprehension[], id = 'own'): Control {
  return {
    id,
    level: 'custom',
    unless: { kind: 'constant', value: false },
    collections: [{ name: 'found', distinct: false, denies: true, from }],
    reason: { kind: 'text', text: 'found' },
    detail: { kind: 'list', of: 'found', quote: true, separator: ', ' },
  };
}

const manifests: readonly JsonObject[] = [
  { spec: { containers: [{ name: 'a', image: 'x' }] } },
  {
    metadata: {
      annotations: { 'p/a': 'one', 'p/b': '', 'q/a': 'p/', weird: 'a "b" \\ c\n\td' },
      labels: { app: 'a' },
    },
    spec: {
      serviceAccountName: 'robot',
      hostUsers: false,
      hostNetwork: true,
      priority: 7,
      nodeSelector: { disk: 'ssd' },
      securityContext: {
        runAsUser: 0,
        fsGroup: 2000,
        supplementalGroups: [1, 2000, 5],
        seLinuxOptions: { level: 's0:c1,c2' },
        sysctls: [{ name: 'kernel.a', value: '' }],
      },
      initContainers: [{ name: 'i', image: 'x', command: ['', 'a', 'b'], restartPolicy: 'Always' }],
      containers: [
        {
          name: 'a',
          image: 'reg.io/app:latest',
          env: [
            { name: 'A', value: '' },
            { name: 'B', value: 'b' },
          ],
          ports: [{ containerPort: 80 }, { containerPort: 443, hostPort: 443 }],
          securityContext: {
            runAsUser: 1000,
            capabilities: { add: ['CHOWN', '', 'a\nb'] },
            seLinuxOptions: { level: 's0:c2,c1' },
          },
          livenessProbe: { httpGet: { port: 'http' }, initialDelaySeconds: 0 },
          resources: { limits: { cpu: '1', memory: 1024 } },
          volumeMounts: [
            { name: 'host', mountPath: '/host', readOnly: true },
            { name: 'v', mountPath: '/v' },
          ],
        },
        {
          name: 'b',
          image: 'app',
          livenessProbe: { httpGet: { port: 8080 } },
          resources: { limits: { cpu: '1' } },
        },
      ],
      volumes: [
        { name: 'host', hostPath: { path: '/var/lib1' } },
        { name: 'p', projected: {} },
        {
          name: 'q',
          projected: { sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'c' } }] },
        },
        { name: 'v', emptyDir: {} },
      ],
    },
  },
  {
    spec: {
      hostNetwork: false,
      os: { name: 'windows' },
      securityContext: {},
      containers: [{ name: 'a', image: 'x', securityContext: { capabilities: {} }, ports: [], env: [] }],
      ephemeralContainers: [{ name: 'e', image: 'y', securityContext: { privileged: true } }],
      volumes: [
        { name: 'host', hostPath: { path: '/var/lib/x' } },
        { name: 'slash', hostPath: { path: '/' } },
      ],
    },
  },
];

const pods = manifests.map((manifest): JsonObject => {
  const admission = admit({ apiVersion: 'v1', kind: 'Pod', ...manifest });
  if (admission.kind !== 'workload' || admission.pod === undefined)
    throw new Error(JSON.stringify(admission.problems));
  return admission.pod;
});

const [, second] = pods;

const requests: readonly CelRequest[] = [
  {},
  {
    operation: 'UPDATE',
    user: 'jane',
    userGroups: ['admins', 'dev'],
    namespace: 'team-a',
    namespaceLabels: { team: 'a' },
    ...(second && { oldPod: second }),
  },
  {
    operation: 'UPDATE',
    subresource: 'ephemeralcontainers',
    namespace: 'other',
    ...(pods[0] && { oldPod: pods[0] }),
  },
];

function agrees(policy: Policy): { denied: number; allowed: number } {
  const compiled = vap.compile([policy], '1.37');
  if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
  const withoutUpdateRule = compiled.files.map((file) => ({
    ...file,
    // These tests are about conditions: an update that changes nothing is judged here, too.
    text: file.text.replace('request.operation != "UPDATE" ||', 'true ||'),
  }));
  const engine = new CelEngine(withoutUpdateRule);
  const count = { denied: 0, allowed: 0 };
  for (const each of pods) {
    for (const request of requests) {
      const wanted = evaluate(policy, each, { ...noRequest, ...request }).map((finding) => finding.control);
      const judged = engine.judge(each, request);
      expect(judged.error ?? judged.controls).toEqual(wanted);
      count[wanted.length > 0 ? 'denied' : 'allowed']++;
    }
  }
  return count;
}

/** Both a condition and its negation agree; at least one of the pods tells them apart, unless it is the same for all. */
function checks(where: Cond | dsl.Cond, constant = false): void {
  const cond = 'cond' in where ? where.cond : where;
  const count = agrees(policyOf([control(cond)]));
  agrees(policyOf([control({ kind: 'not', of: cond })]));
  if (!constant) {
    expect(count.denied).toBeGreaterThan(0);
    expect(count.allowed).toBeGreaterThan(0);
  }
}

const eachContainer = (
  where: (
    c: Parameters<Parameters<typeof dsl.some<import('../../../src/schema/index.js').Container>>[1]>[0],
  ) => dsl.Cond,
) => dsl.some(dsl.containers(), where);

describe('conditions', () => {
  it('constant, and, or, not', () => {
    checks(dsl.always, true);
    checks(dsl.never, true);
    checks(dsl.and(dsl.isTrue(pod.spec.hostNetwork), dsl.not(dsl.isTrue(pod.spec.hostPID))));
    checks(dsl.or(dsl.isFalse(pod.spec.hostUsers), dsl.equal(value(pod.spec.os.name, ''), 'windows')));
    checks(dsl.and(), true);
    checks(dsl.or(), true);
  });

  it('present: pointers, strings, numbers, booleans, lists, maps, structs', () => {
    checks(dsl.present(pod.spec.hostUsers));
    checks(dsl.present(pod.spec.hostNetwork));
    checks(dsl.present(pod.spec.serviceAccountName));
    checks(dsl.present(pod.spec.nodeSelector));
    checks(dsl.present(pod.spec.volumes));
    checks(dsl.present(pod.spec.securityContext.runAsUser));
    checks(eachContainer((c) => dsl.present(c.resources)));
    checks(eachContainer((c) => dsl.present(c.ports)));
    checks(
      eachContainer((c) => dsl.present(c.lifecycle)),
      true,
    );
    checks(eachContainer((c) => dsl.some(dsl.items(c.ports), (port) => dsl.present(port.hostPort))));
    checks(
      eachContainer((c) => dsl.present(c.livenessProbe.initialDelaySeconds)),
      true,
    );
    checks(dsl.some(dsl.items(pod.spec.volumes), (v) => dsl.present(v.projected.sources)));
    checks(
      dsl.some(dsl.items(pod.spec.volumes), (v) =>
        dsl.and(dsl.present(v.projected), dsl.not(dsl.present(v.projected.sources))),
      ),
    );
    checks(dsl.present(pod.metadata), true);
    checks(dsl.present(pod.metadata.creationTimestamp), true);
  });

  it('equal and oneOf, of every type and with any value for absence', () => {
    checks(dsl.equal(value(pod.spec.securityContext.runAsUser, 0), 0), true);
    checks(dsl.equal(value(pod.spec.securityContext.runAsUser, -1), 0));
    checks(dsl.equal(value(pod.spec.priority, 7), 7), true);
    checks(dsl.equal(value(pod.spec.serviceAccountName, 'robot'), 'robot'), true);
    checks(dsl.equal(value(pod.spec.serviceAccountName, ''), ''));
    checks(dsl.oneOf(value(pod.spec.hostNetwork, true), [true]), true);
    checks(dsl.oneOf(value(pod.spec.serviceAccountName, ''), []), true);
    checks(eachContainer((c) => dsl.equal(value(c.livenessProbe.httpGet.port, 0), 8080)));
    checks(eachContainer((c) => dsl.oneOf(value(c.livenessProbe.httpGet.port, 'none'), ['http', 1])));
    checks(
      eachContainer((c) => dsl.equal(value(c.image, ''), value(c.name, ''))),
      true,
    );
    checks(dsl.equal(dsl.concat(value(pod.spec.serviceAccountName, 'robot'), '!'), 'robot!'), true);
    // A value of another type is never equal.
    const user: Ref = { from: 'pod', path: ['spec', 'securityContext', 'runAsUser'] };
    const given: Term = { kind: 'value', ref: user, absent: 'none' };
    checks({ kind: 'equal', left: given, right: { kind: 'literal', value: 'none' } });
    checks({ kind: 'oneOf', term: given, values: ['0', 0, true] });
    checks({ kind: 'equal', left: given, right: { kind: 'value', ref: user, absent: 0 } });
    checks(
      {
        kind: 'equal',
        left: { kind: 'value', ref: { from: 'pod', path: ['spec', 'securityContext'] }, absent: 1 },
        right: { kind: 'literal', value: 1 },
      },
      true,
    );
  });

  it('effective', () => {
    checks(
      eachContainer((c) =>
        dsl.equal(dsl.effective([c.securityContext.runAsUser, pod.spec.securityContext.runAsUser], -1), 0),
      ),
    );
    checks(
      eachContainer((c) =>
        dsl.equal(dsl.effective([c.securityContext.runAsUser, pod.spec.securityContext.runAsUser], 0), 0),
      ),
      true,
    );
    checks(
      eachContainer((c) =>
        dsl.equal(
          dsl.effective(
            [c.securityContext.seLinuxOptions.level, pod.spec.securityContext.seLinuxOptions.level],
            '',
          ),
          value(pod.spec.securityContext.seLinuxOptions.level, 'none'),
        ),
      ),
    );
  });

  it('hasKey, lookup and entries', () => {
    checks(dsl.hasKey(pod.metadata.annotations, 'p/a'));
    checks(dsl.hasKey(pod.spec.nodeSelector, dsl.concat('di', 'sk')));
    checks(eachContainer((c) => dsl.hasKey(pod.metadata.annotations, dsl.concat('p/', dsl.nameOf(c)))));
    checks(dsl.equal(dsl.lookup(pod.metadata.annotations, 'p/b', 'x'), ''));
    checks(dsl.equal(dsl.lookup(pod.metadata.annotations, 'no', 'x'), 'x'), true);
    checks(dsl.some(dsl.entries(pod.metadata.annotations, 'p/'), (e) => dsl.equal(value(e.suffix, ''), 'b')));
    checks(dsl.some(dsl.entries(pod.metadata.annotations, ''), (e) => dsl.equal(value(e.value, ''), 'p/')));
    checks(
      dsl.every(dsl.entries(pod.metadata.annotations, 'p/'), (e) => dsl.equal(value(e.value, ''), 'one')),
    );
    checks(dsl.equal(dsl.size(dsl.entries(pod.metadata.annotations, 'p/')), 2));
  });

  it('firstPresent and size', () => {
    const source = (
      v: Parameters<Parameters<typeof dsl.some<import('../../../src/schema/index.js').Volume>>[1]>[0],
    ) => dsl.firstPresent(v, ['projected', 'hostPath'], 'other');
    checks(dsl.some(dsl.items(pod.spec.volumes), (v) => dsl.equal(source(v), 'projected')));
    checks(
      dsl.every(dsl.items(pod.spec.volumes), (v) =>
        dsl.matches(source(v), dsl.prefix('host'), dsl.suffix('er')),
      ),
    );
    checks(dsl.equal(dsl.size(dsl.containers()), 2));
    checks(
      dsl.within(
        dsl.size(dsl.items(pod.spec.securityContext.supplementalGroups)),
        { min: 1, max: 3 },
        { min: 7, max: 7 },
      ),
    );
    checks(
      dsl.some(dsl.items(pod.spec.volumes), (v) => dsl.equal(dsl.size(dsl.items(v.projected.sources)), 2)),
    );
  });

  it('within', () => {
    const fsGroup = pod.spec.securityContext.fsGroup;
    checks(dsl.within(value(fsGroup, 0), { min: 1, max: 1999 }, { min: 2000, max: 2000 }));
    checks(dsl.within(value(fsGroup, 5), { min: 1, max: 10 }));
    checks(dsl.within(value(fsGroup, 5)), true);
    checks(
      dsl.some(dsl.items(pod.spec.securityContext.supplementalGroups), (g) =>
        dsl.within(dsl.itself(g), { min: 2, max: 9 }),
      ),
    );
  });

  it('matches: prefix, suffix, glob, pathPrefix', () => {
    const image = (...patterns: Parameters<typeof dsl.matches>[1][]) =>
      eachContainer((c) => dsl.matches(value(c.image, ''), ...patterns));
    checks(image(dsl.prefix('reg.io/')));
    checks(image(dsl.suffix(':latest')));
    checks(image(dsl.prefix('')), true);
    for (const glob of ['reg.io/*', '*:latest', 'reg*:lat*', '*app*t', 'app', '*.io*', '*', 'reg?io*', '*b*'])
      checks(image(dsl.glob(glob)), true);
    checks(dsl.matches(value(pod.spec.serviceAccountName, 'none'), dsl.glob('n*e')));
    for (const prefix of ['/var/lib', '/var/lib/', '/var/lib//', '/', '', '/var/lib1', '/var']) {
      checks(
        dsl.some(dsl.items(pod.spec.volumes), (v) =>
          dsl.matches(value(v.hostPath.path, '?'), dsl.pathPrefix(prefix)),
        ),
        true,
      );
    }
    checks(dsl.matches(dsl.lookup(pod.metadata.annotations, 'weird', ''), dsl.glob('a*d')));
  });

  it('sameParts', () => {
    const level = pod.spec.securityContext.seLinuxOptions.level;
    checks(
      eachContainer((c) =>
        dsl.sameParts(value(c.securityContext.seLinuxOptions.level, ''), value(level, 'x'), ','),
      ),
      true,
    );
    checks(dsl.sameParts(dsl.concat('a,b,b', ''), dsl.concat('b,a,b', ''), ','), true);
    checks(dsl.sameParts(dsl.concat('a,b,b', ''), dsl.concat('b,a,a', ''), ','), true);
    checks(dsl.sameParts(dsl.concat('a', ''), dsl.concat('a,a', ''), ','), true);
    checks(dsl.sameParts(value(level, 's0:c2,c1'), 's0:c1,c2', ','), true);
  });

  it('some and every, nested, joined, in each group of containers', () => {
    for (const groups of [['init'], ['ephemeral'], ['regular'], ['init', 'ephemeral']] as const) {
      checks(
        dsl.some(dsl.containers(groups), (c) => dsl.not(dsl.equal(dsl.nameOf(c), 'b'))),
        groups[0] === 'regular',
      );
    }
    checks(
      dsl.every(dsl.containers(), (c) => dsl.some(dsl.items(c.volumeMounts), (m) => dsl.isTrue(m.readOnly))),
      true,
    );
    checks(
      dsl.some(dsl.items(pod.spec.volumes), (v) =>
        dsl.and(
          dsl.present(v.hostPath),
          eachContainer((c) =>
            dsl.some(dsl.items(c.volumeMounts), (m) =>
              dsl.and(dsl.equal(dsl.nameOf(m), dsl.nameOf(v)), dsl.isTrue(m.readOnly)),
            ),
          ),
        ),
      ),
    );
    checks(eachContainer((c) => dsl.some(dsl.items(c.command), (word) => dsl.equal(dsl.itself(word), ''))));
  });

  it('the request, its namespace and the old pod', () => {
    checks(dsl.equal(dsl.request('operation'), 'UPDATE'));
    checks(dsl.equal(dsl.request('subresource'), 'ephemeralcontainers'));
    checks(dsl.equal(dsl.request('user'), 'jane'));
    checks(dsl.equal(dsl.request('namespace'), ''));
    checks(dsl.equal(dsl.namespaceLabel('team', 'none'), 'none'));
    checks(dsl.some(dsl.userGroups, (group) => dsl.equal(dsl.itself(group), 'dev')));
    checks(dsl.present(dsl.oldPod.spec.hostUsers));
    checks(dsl.some(dsl.oldContainers(), (c) => dsl.equal(dsl.nameOf(c), 'i')));
    checks(dsl.some(dsl.items(dsl.oldPod.spec.volumes), (v) => dsl.present(v.hostPath)));
    checks(
      dsl.equal(value(dsl.oldPod.spec.serviceAccountName, 'x'), value(pod.spec.serviceAccountName, 'x')),
    );
  });
});

describe('wording', () => {
  const judge = (policy: Policy, index: number) => {
    const compiled = vap.compile([policy], '1.37');
    if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
    const [each] = pods.slice(index);
    if (each === undefined) throw new Error('no such pod');
    return { got: new CelEngine(compiled.files).judge(each), wanted: evaluate(policy, each) };
  };

  it('says what evaluate says where nothing repeats', () => {
    const names: Comprehension = {
      over: [
        {
          bind: 'container',
          in: { kind: 'containers', of: 'pod', groups: ['init', 'regular', 'ephemeral'] },
        },
        { bind: 'env', in: { kind: 'items', list: { from: 'container', path: ['env'] } } },
      ],
      where: { kind: 'constant', value: true },
      show: { kind: 'value', ref: { from: 'env', path: ['name'] }, absent: '' },
      at: { from: 'env', path: [] },
    };
    const { got, wanted } = judge(policyOf([comprehensionControl([names])]), 1);
    expect(got.message).toBe(`podsec own: own: found (${wanted[0]?.detail})`);
    expect(wanted[0]?.detail).toBe('"A", "B"');
  });

  it('keeps to one line, and counts empty texts', () => {
    const added: Comprehension = {
      over: [
        { bind: 'container', in: { kind: 'containers', of: 'pod', groups: ['regular'] } },
        {
          bind: 'add',
          in: {
            kind: 'items',
            list: { from: 'container', path: ['securityContext', 'capabilities', 'add'] },
          },
        },
      ],
      where: { kind: 'constant', value: true },
      show: { kind: 'value', ref: { from: 'add', path: [] }, absent: '' },
      at: { from: 'add', path: [] },
    };
    expect(judge(policyOf([comprehensionControl([added])]), 1).got.message).toBe(
      'podsec own: own: found ("CHOWN", "", "a b")',
    );
    const inner: Comprehension = {
      ...added,
      where: { kind: 'equal', left: added.show, right: { kind: 'literal', value: '' } },
    };
    expect(judge(policyOf([comprehensionControl([inner])]), 1).got).toMatchObject({
      verdict: 'deny',
      controls: ['own'],
    });
  });

  it('quotes as Go does', () => {
    const quoted: Term = {
      kind: 'quoted',
      of: {
        kind: 'lookup',
        map: { from: 'pod', path: ['metadata', 'annotations'] },
        key: { kind: 'literal', value: 'weird' },
        absent: '',
      },
    };
    const { got, wanted } = judge(policyOf([control(dsl.always, quoted)]), 1);
    expect(got.message).toContain(wanted[0]?.detail);
  });

  it('cuts a message that is too long, after the ids', () => {
    const long = 'ä'.repeat(3000);
    const { got } = judge(policyOf([control(dsl.always, { kind: 'literal', value: long })]), 0);
    expect(got.message.startsWith('podsec own: own: found ("ää')).toBe(true);
    expect(got.message.endsWith('…')).toBe(true);
    const ascii = judge(policyOf([control(dsl.always, { kind: 'literal', value: 'a'.repeat(6000) })]), 0).got;
    expect(Buffer.byteLength(ascii.message)).toBe(5120);
  });

  it('leaves out details that do not print', () => {
    const { got } = judge(policyOf([control(dsl.always, { kind: 'literal', value: 'a\u0007b' })]), 0);
    expect(got.message).toBe('podsec own: own: the details have characters that do not print');
  });
});

describe('alternatives', () => {
  const named = (name: string, where: dsl.Cond) =>
    policyOf([control(where, undefined, `in-${name}`)], [], name);
  it('deny where each of them does', () => {
    const a = named('a', dsl.isTrue(pod.spec.hostNetwork));
    const b = named('b', dsl.present(pod.spec.volumes));
    agrees(policyOf([control(dsl.present(pod.spec.hostUsers), undefined, 'shared')], [a, b]));
    agrees(
      policyOf(
        [],
        [
          named('a', dsl.always),
          policyOf([], [named('c', dsl.always), named('d', dsl.present(pod.spec.os))], 'b'),
        ],
      ),
    );
    agrees(policyOf([], [named('a', dsl.always), named('never', dsl.never)]));
  });
});

describe('refusals', () => {
  const refused = (policy: Policy) => {
    const compiled = vap.compile([policy], '1.37');
    return 'refusals' in compiled
      ? compiled.refusals.map(({ control: id, reason }) => `${id}: ${reason}`)
      : [];
  };

  it('name the control and the reason', () => {
    expect(refused(policyOf([control(dsl.emptyList(pod.spec.securityContext.supplementalGroups))]))).toEqual([
      'own: emptyList: an API server leaves an empty list out of the object that it hands to a policy',
    ]);
    expect(
      refused(policyOf([control(dsl.equal(dsl.quoted(value(pod.spec.serviceAccountName, '')), '""'))])),
    ).toEqual(['own: a quoted string in a condition: CEL cannot escape as Go does']);
    const ref: Ref = { from: 'pod', path: ['spec', 'hostNetwerk'] };
    expect(refused(policyOf([control({ kind: 'present', ref })]))).toEqual([
      'own: the API knows no field spec.hostNetwerk there',
    ]);
  });

  it('of names that collide or that Kubernetes cannot have', () => {
    const two = vap.compile([policyOf([], [], 'a_b'), policyOf([], [], 'A-b')], '1.37');
    expect(two).toMatchObject({ refusals: [{ policy: 'A-b', control: null }] });
    expect(refused(policyOf([], [], '___'))).toHaveLength(1);
  });
});
