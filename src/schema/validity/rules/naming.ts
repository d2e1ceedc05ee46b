/** Names of the pod, and names that it knows. */
import {
  and,
  equal,
  glob,
  isTrue,
  items,
  itself,
  matches,
  not,
  oneOf,
  or,
  pod,
  present,
  size,
  some,
  value,
  within,
} from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { moreThan, nodeOf, specWith, withSpec } from './common.js';

const { spec } = pod;

export const hostnameOverride: ValidityRule = {
  id: 'hostnameOverride',
  rule: 'a name of the host in place of its own has neither a pod in the network of the host nor one with a full name',
  source: 'validatePodHostName',
  refused: nodeOf(
    and(present(spec.hostnameOverride), or(isTrue(spec.setHostnameAsFQDN), isTrue(spec.hostNetwork))),
  ),
  examples: {
    refused: withSpec({ hostnameOverride: 'a', setHostnameAsFQDN: true }),
    accepted: withSpec({ hostnameOverride: 'a' }),
  },
};

export const nameservers: ValidityRule = {
  id: 'nameservers',
  rule: 'a pod that does without the name servers of its cluster has some of its own',
  source: 'validatePodDNSConfig',
  refused: nodeOf(and(equal(value(spec.dnsPolicy, ''), 'None'), not(present(spec.dnsConfig.nameservers)))),
  examples: {
    refused: withSpec({ dnsPolicy: 'None' }),
    accepted: withSpec({ dnsPolicy: 'None', dnsConfig: { nameservers: ['10.0.0.2'] } }),
  },
};

/** MaxDNSNameservers and MaxDNSSearchPaths of pkg/apis/core/validation/validation.go. */
const longest = { nameservers: 3, searches: 32 };
const addresses = (count: number) => Array.from({ length: count }, (_, at) => `10.0.0.${at + 1}`);

export const dnsLists: ValidityRule = {
  id: 'dnsLists',
  rule: 'a pod has at most three name servers and 32 domains to search',
  source: 'validatePodDNSConfig',
  refused: nodeOf(
    or(
      within(size(items(spec.dnsConfig.nameservers)), moreThan(longest.nameservers)),
      within(size(items(spec.dnsConfig.searches)), moreThan(longest.searches)),
    ),
  ),
  examples: {
    refused: withSpec({ dnsConfig: { nameservers: addresses(longest.nameservers + 1) } }),
    accepted: withSpec({ dnsConfig: { nameservers: addresses(longest.nameservers) } }),
  },
};

const finalizer = (...names: readonly string[]) =>
  some(items(pod.metadata.finalizers), (each) => oneOf(itself(each), names));
const standard = ['kubernetes', 'orphan', 'foregroundDeletion'];

export const finalizers: ValidityRule = {
  id: 'finalizers',
  rule: 'a finalizer is one of a domain or a standard one, and dependents are either orphans or deleted',
  source: 'ValidateFinalizerName; ValidateFinalizers of apimachinery/pkg/api/validation/objectmeta.go',
  refused: nodeOf(
    or(
      some(items(pod.metadata.finalizers), (each) =>
        not(or(oneOf(itself(each), standard), matches(itself(each), glob('*/*')))),
      ),
      and(finalizer('orphan'), finalizer('foregroundDeletion')),
    ),
  ),
  examples: {
    refused: { metadata: { finalizers: ['example'] }, spec: specWith({}) },
    accepted: { metadata: { finalizers: ['example.com/a'] }, spec: specWith({}) },
  },
};
