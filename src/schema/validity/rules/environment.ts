import {
  and,
  containers,
  equal,
  every,
  items,
  nameOf,
  not,
  or,
  pod,
  present,
  some,
  value,
} from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, objectFields, presentIn, several, specWith } from './common.js';

const ofVariable = objectFields('EnvVarSource');
const ofMany = objectFields('EnvFromSource');
const variable = (more: Readonly<Record<string, unknown>>) => specWith({ env: [{ name: 'HOME', ...more }] });
const fieldRef = { fieldPath: 'metadata.name' };

export const oneVariableSource: ValidityRule = {
  id: 'oneVariableSource',
  rule: 'a variable has a value or one source of it',
  source: 'validateEnvVarValueFrom',
  refused: nodeOf(
    some(containers(), (c) =>
      some(items(c.env), (each) => {
        const given = presentIn(each.valueFrom, ofVariable);
        return and(
          present(each.valueFrom),
          or(not(equal(value(each.value, ''), '')), not(or(...given)), several(given)),
        );
      }),
    ),
  ),
  examples: {
    refused: { spec: variable({ value: '/', valueFrom: { fieldRef } }) },
    accepted: { spec: variable({ valueFrom: { fieldRef } }) },
  },
};

export const oneSourceOfVariables: ValidityRule = {
  id: 'oneSourceOfVariables',
  rule: 'what variables are taken from is one thing',
  source: 'ValidateEnvFrom',
  refused: nodeOf(
    some(containers(), (c) =>
      some(items(c.envFrom), (each) => {
        const given = presentIn(each, ofMany);
        return or(not(or(...given)), several(given));
      }),
    ),
  ),
  examples: {
    refused: { spec: specWith({ envFrom: [{ secretRef: { name: 'a' }, configMapRef: { name: 'a' } }] }) },
    accepted: { spec: specWith({ envFrom: [{ secretRef: { name: 'a' } }] }) },
  },
};

const fromVolume = (source: Readonly<Record<string, unknown>>) => ({
  ...variable({ valueFrom: { fileKeyRef: { volumeName: 'data', path: 'a.env', key: 'A' } } }),
  volumes: [{ name: 'data', ...source }],
});

export const fileOfVariable: ValidityRule = {
  id: 'fileOfVariable',
  rule: 'a variable is taken from a file of an empty directory of the pod',
  source: 'validateFileKeyRefVolumes',
  refused: nodeOf(
    some(containers(), (c) =>
      some(items(c.env), ({ valueFrom: { fileKeyRef } }) =>
        and(
          present(fileKeyRef),
          every(items(pod.spec.volumes), (volume) =>
            not(and(equal(nameOf(volume), value(fileKeyRef.volumeName, '')), present(volume.emptyDir))),
          ),
        ),
      ),
    ),
  ),
  examples: {
    refused: { spec: fromVolume({ hostPath: { path: '/data' } }) },
    accepted: { spec: fromVolume({ emptyDir: {} }) },
  },
};
