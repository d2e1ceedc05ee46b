import {
  and,
  type Cond,
  containers,
  equal,
  not,
  or,
  type Path,
  present,
  some,
  value,
} from '../../../dsl/rules.js';
import type { Container } from '../../index.js';
import type { ValidityRule } from '../types.js';
import { container, nodeOf, objectFields, presentIn, several, specWith } from './common.js';

const isNotOne = <T extends object>(object: Path<T>, names: readonly string[]): Cond => {
  const given = presentIn(object, names);
  return and(present(object), or(not(or(...given)), several(given)));
};

const inProbes = (c: Path<Container>): Cond[] => {
  const names = objectFields('Probe');
  return [
    isNotOne(c.livenessProbe, names),
    isNotOne(c.readinessProbe, names),
    isNotOne(c.startupProbe, names),
  ];
};

const inHooks = (c: Path<Container>): Cond[] => {
  const names = objectFields('LifecycleHandler');
  return [isNotOne(c.lifecycle.postStart, names), isNotOne(c.lifecycle.preStop, names)];
};

const exec = { command: ['true'] };
const httpGet = { port: 80 };

export const oneHandler: ValidityRule = {
  id: 'oneHandler',
  rule: 'a probe and a hook have one handler',
  source: 'validateHandler',
  refused: nodeOf(some(containers(), (c) => or(...inProbes(c), ...inHooks(c)))),
  examples: {
    refused: { spec: specWith({ livenessProbe: { exec, httpGet } }) },
    accepted: { spec: specWith({ livenessProbe: { httpGet } }) },
  },
};

const withInit = (more: Readonly<Record<string, unknown>>) => ({
  ...specWith({}),
  initContainers: [{ ...container({ livenessProbe: { httpGet } }), name: 'init', ...more }],
});

export const initContainerProbes: ValidityRule = {
  id: 'initContainerProbes',
  rule: 'an init container has probes and hooks only where it goes on running',
  source: 'validateInitContainers',
  refused: nodeOf(
    some(containers(['init']), (c) =>
      and(
        not(equal(value(c.restartPolicy, ''), 'Always')),
        or(
          present(c.livenessProbe),
          present(c.readinessProbe),
          present(c.startupProbe),
          present(c.lifecycle),
        ),
      ),
    ),
  ),
  examples: {
    refused: { spec: withInit({}) },
    accepted: { spec: withInit({ restartPolicy: 'Always' }) },
  },
};
