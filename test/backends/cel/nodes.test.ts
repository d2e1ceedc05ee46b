/** Each kind of node of the IR as CEL, run by cel-js, against `evaluate`. */
import { describe, expect, it } from 'vitest';
// The levels before the DSL: the two import each other.
import '../../../src/levels/levels.js';
import * as dsl from '../../../src/dsl/index.js';
import type { Cond, Ref, Term } from '../../../src/ir/types.js';
import { agrees, control, policyOf } from './fixture.js';

const { pod, value } = dsl;

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
        dsl.within(value(g, 0), { min: 2, max: 9 }),
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
