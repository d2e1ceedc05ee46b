/** Policies with parameters on an API server: their kinds have to be there, and known to it, before it judges by them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../src/verify/apiserver/rest.js';
import type { ApiServer } from '../src/verify/apiserver/server.js';
import { EngineError } from '../src/verify/errors.js';

/**
 * An API server asks twice a minute which kinds there are, and until it knows that of a policy's parameters it refuses whatever
 * the policy matches: `discoveryRESTMapper` in apiserver/pkg/server/options/admission.go, v0.37.2.
 */
export const timeoutMs = 90_000;

/** What judges, so that nothing does without it. Kinds and constraints stay: without a policy they do nothing. */
export const judging = (objects: readonly KubeObject[]): KubeObject[] =>
  objects.filter(({ kind }) => typeof kind === 'string' && kind.startsWith('ValidatingAdmissionPolicy'));

const isDefinition = ({ kind }: KubeObject): boolean => kind === 'CustomResourceDefinition';

/** The kinds that each server is known to know. */
const known = new WeakMap<ApiServer, Set<string>>();

/**
 * Applies what policies have their parameters in, and waits until the API server can judge by it. Several policies wait no longer
 * than one.
 *
 * @param namespace in which a pod can be created.
 */
export async function applyParameters(
  server: ApiServer,
  namespace: string,
  objects: readonly KubeObject[],
): Promise<void> {
  await server.apply(objects.filter(isDefinition));
  const judges = judging(objects);
  const parameters = objects.filter((each) => !isDefinition(each) && !judges.includes(each));
  const one = new Map(parameters.map((each) => [String(each.kind), each]));
  for (const kind of one.keys()) await served(server, kind);
  await server.apply(parameters);
  const ofServer = known.get(server) ?? new Set();
  known.set(server, ofServer);
  const fresh = [...one].filter(([kind]) => !ofServer.has(kind));
  if (fresh.length === 0) return;
  const sentinels = fresh.map(([, parameter]) => sentinelOf(parameter));
  const names = new Set(sentinels.map(({ name }) => name));
  const sent = sentinels.flatMap((each) => each.objects);
  await server.apply(sent);
  const seen = (audits: readonly { readonly policy: string; readonly error: boolean }[]): number =>
    audits.filter(({ policy, error }) => names.has(policy) && !error).length;
  await server.waitFor(namespace, plainPod, ({ policyAudits }) => seen(policyAudits) === names.size, {
    timeoutMs,
  });
  await server.remove(sent);
  await server.waitFor(namespace, plainPod, ({ policyAudits }) => seen(policyAudits) === 0, { timeoutMs });
  for (const [kind] of fresh) ofServer.add(kind);
}

/** Applies what comes of policies. They are in force a moment later. */
export async function applyAll(
  server: ApiServer,
  namespace: string,
  objects: readonly KubeObject[],
): Promise<void> {
  await applyParameters(server, namespace, objects);
  await server.apply(judging(objects));
}

const plainPod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'sentinel' },
  ...{ spec: { containers: [{ name: 'app', image: 'example.com/app:1.0' }] } },
};

/** A policy with a parameter of the kind, that notes each pod and refuses nothing. */
function sentinelOf(parameter: KubeObject): {
  readonly name: string;
  readonly objects: readonly KubeObject[];
} {
  const { apiVersion, kind, metadata } = parameter;
  const name = `sentinel-${String(kind).toLowerCase()}`;
  const parameterName: unknown =
    typeof metadata === 'object' && metadata !== null && Reflect.get(metadata, 'name');
  const admission = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name } };
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
  return {
    name,
    objects: [
      {
        ...admission,
        kind: 'ValidatingAdmissionPolicy',
        ...{
          spec: {
            failurePolicy: 'Ignore',
            paramKind: { apiVersion, kind },
            matchConstraints: { resourceRules: [rule] },
            validations: [{ expression: 'false', message: 'known' }],
          },
        },
      },
      {
        ...admission,
        kind: 'ValidatingAdmissionPolicyBinding',
        ...{
          spec: {
            policyName: name,
            paramRef: { name: parameterName, parameterNotFoundAction: 'Allow' },
            validationActions: ['Audit'],
          },
        },
      },
    ],
  };
}

/** A kind is served a moment after its definition is stored. */
async function served(server: ApiServer, kind: string): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(50)) {
    const { body } = await server.request('GET', '/apis/constraints.gatekeeper.sh/v1beta1');
    if (JSON.stringify(body).includes(`"kind":"${kind}"`)) return;
    if (Date.now() > deadline) throw new EngineError('apiserver', `the kind ${kind} is not served`);
  }
}
