/** What the scenarios of PodSecurity admission share: pods, workloads, the parts of a bundle, and what an answer must say. */

import { deepStrictEqual } from 'node:assert/strict';
import { psa } from '../src/backends/psa/index.js';
import type { BundleFile } from '../src/backends/types.js';
import type { Level, Mode, Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { newestMinor } from '../src/levels/versions.js';
import type { JsonObject } from '../src/manifest/types.js';
import { objectsIn } from '../src/verify/apiserver/objects.js';
import type { KubeObject } from '../src/verify/apiserver/rest.js';
import type { ApiServer } from '../src/verify/apiserver/server.js';
import type { Judgement } from '../src/verify/apiserver/verdict.js';
import { EngineError } from '../src/verify/errors.js';
import { newestRelease } from './emissions.js';
import { goodSpec } from './scenarios/pods.js';
import type { Topic } from './scenarios/topics.js';

export function pod(name: string, spec: JsonObject): JsonObject & KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'app' } }, spec };
}

export const good = pod('good', goodSpec);
export const bad = pod('bad', { ...goodSpec, hostPID: true });

export const level = (name: Level, mode: Mode): Policy => ({ ...levelPolicy(name, newestMinor), mode });

/** The level that is the server's default, and what is exempt from it. */
export function configured(name: Level): Policy {
  return {
    ...level(name, 'enforce'),
    exemptions: {
      namespaces: ['exempt', 'exempt-too'],
      users: ['exempt-user'],
      runtimeClasses: ['exempt-class'],
      serviceAccounts: [],
    },
  };
}

export interface World {
  readonly server: ApiServer;
  /** What stands in the place of a level: itself, or privileged. */
  readonly as: (name: Level) => Level;
  /** Annotations of the audit log, of requests for objects of this name. */
  readonly audited: (name: string) => Promise<Readonly<Record<string, string>>>;
}

export interface Scenario {
  readonly name: string;
  readonly topics: readonly Topic[];
  readonly run: (world: World) => Promise<void>;
}

export function denies({ verdict, status, policyDenials }: Judgement, by = 'PodSecurity'): void {
  deepStrictEqual([verdict, status, policyDenials.map(({ policy }) => policy)], ['deny', 403, [by]]);
}

export function admits({ verdict, message, warnings }: Judgement): void {
  deepStrictEqual([verdict, message, warnings], ['allow', '', []]);
}

export function compiled(policy: Policy, engineVersion = newestRelease): readonly BundleFile[] {
  const output = psa.compile([policy], engineVersion);
  if ('refusals' in output) throw new EngineError('psa', `refused: ${JSON.stringify(output.refusals)}`);
  return output.files;
}

export function labelsOf(policy: Policy): Record<string, string> {
  const [patch] = objectsIn(compiled(policy), (path) => path === 'labels/labels.yaml');
  const metadata: { labels: Record<string, string> } = Object.assign({ labels: {} }, patch?.metadata);
  return metadata.labels;
}

export const label = (mode: string) => `pod-security.kubernetes.io/${mode}`;
