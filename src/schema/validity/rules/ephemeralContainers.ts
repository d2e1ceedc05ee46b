import {
  and,
  containers,
  equal,
  every,
  items,
  nameOf,
  not,
  oldPod,
  or,
  pod,
  present,
  request,
  some,
  value,
} from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { container, nodeOf, presentIn, specWith } from './common.js';

const absent = [
  'ports',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
];
const debug = (more: Readonly<Record<string, unknown>>) => ({ ...container(more), name: 'debug' });

export const ephemeralContainersByUpdate: ValidityRule = {
  id: 'ephemeralContainersByUpdate',
  rule: 'ephemeral containers are added to a pod that is there',
  source: 'ValidatePodCreate',
  refused: nodeOf(and(equal(request('operation'), 'CREATE'), present(pod.spec.ephemeralContainers))),
  always: true,
  examples: {
    refused: { spec: { ...specWith({}), ephemeralContainers: [debug({})] } },
    accepted: { spec: specWith({}), added: [debug({})] },
  },
};

export const subresourceByUpdate: ValidityRule = {
  id: 'subresourceByUpdate',
  rule: 'a pod that is created is no part of one, and was not there before',
  source: 'the API of pods',
  refused: nodeOf(
    and(
      equal(request('operation'), 'CREATE'),
      or(
        equal(request('subresource'), 'ephemeralcontainers'),
        equal(request('subresource'), 'resize'),
        present(oldPod.spec.containers),
      ),
    ),
  ),
  ofRequest: true,
  examples: { refused: { spec: specWith({}) }, accepted: { spec: specWith({}) } },
};

export const ephemeralContainerFields: ValidityRule = {
  id: 'ephemeralContainerFields',
  rule: 'an ephemeral container has no ports, probes, hooks and resources, is not restarted, and mounts whole volumes',
  source: 'validateEphemeralContainers, allowedEphemeralContainerFields',
  refused: nodeOf(
    some(containers(['ephemeral']), (c) =>
      or(
        ...presentIn(c, absent),
        some(items(c.volumeMounts), (mount) => or(present(mount.subPath), present(mount.subPathExpr))),
      ),
    ),
  ),
  examples: {
    refused: { spec: specWith({}), added: [debug({ ports: [{ containerPort: 80 }] })] },
    accepted: { spec: specWith({}), added: [debug({ stdin: true })] },
  },
};

export const targetOfDebugging: ValidityRule = {
  id: 'targetOfDebugging',
  rule: 'an ephemeral container is about another container of the pod',
  source: 'validateEphemeralContainers',
  refused: nodeOf(
    some(items(pod.spec.ephemeralContainers), ({ targetContainerName: target }) =>
      and(
        present(target),
        every(containers(['init', 'regular']), (other) => not(equal(nameOf(other), value(target, '')))),
      ),
    ),
  ),
  examples: {
    refused: { spec: specWith({}), added: [debug({ targetContainerName: 'other' })] },
    accepted: { spec: specWith({}), added: [debug({ targetContainerName: 'app' })] },
  },
};
