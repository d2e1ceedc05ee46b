/**
 * Judges objects by the ValidatingAdmissionPolicies of a bundle, with cel-js in place of an API server. Each variable is
 * evaluated on each object, also those that the API server would not need, so that an error anywhere is found.
 *
 * Where cel-js differs from an API server: `substring` counts UTF-16 units, `replace` is missing, the order of a map's
 * keys is that of the object, and there is no authorizer.
 */
import { Environment } from '@marcbachmann/cel-js';
import { parseAllDocuments } from 'yaml';
import type { BundleFile } from '../../../src/backends/types.js';
import type { AdmissionRequest } from '../../../src/evaluate.js';
import type { JsonObject } from '../../../src/manifest/types.js';
import { type CelValue, plain, unstructured } from './unstructured.js';

export interface CelJudgement {
  readonly verdict: 'allow' | 'deny' | 'error';
  /** Ids of the failed controls. */
  readonly controls: readonly string[];
  readonly message: string;
  readonly error?: string;
}

/** What a request says that a policy can ask for. */
export type CelRequest = Partial<Omit<AdmissionRequest, 'authorized'>>;

interface Named {
  readonly name: string;
  readonly run: (context: Record<string, unknown>) => unknown;
}

interface LoadedPolicy {
  readonly name: string;
  readonly resources: readonly string[];
  readonly conditions: readonly Named[];
  readonly variables: readonly Named[];
  readonly validations: readonly { readonly run: Named['run']; readonly message: Named['run'] | undefined }[];
  readonly annotations: readonly Named[];
}

const allow: CelJudgement = { verdict: 'allow', controls: [], message: '' };

export class CelEngine {
  readonly #policies: readonly LoadedPolicy[];

  constructor(files: readonly BundleFile[]) {
    this.#policies = files
      .filter(({ path }) => /^[^/]+\.ya?ml$/.test(path))
      .flatMap(({ text }) => parseAllDocuments(text, { version: '1.1' }).map((each): unknown => each.toJS()))
      .filter((object) => at(object, 'kind') === 'ValidatingAdmissionPolicy')
      .map(load);
    if (this.#policies.length === 0) throw new Error('the bundle has no ValidatingAdmissionPolicy');
  }

  /**
   * @param object an object as validating admission sees it, decoded and defaulted.
   * @param type its Go type, such as `Pod` or `Deployment`.
   * @param resource in the plural, such as `pods`.
   */
  judge(object: JsonObject, request: CelRequest = {}, type = 'Pod', resource = 'pods'): CelJudgement {
    const asked = request.subresource ? `${resource}/${request.subresource}` : resource;
    const policies = this.#policies.filter(({ resources }) => resources.includes(asked));
    if (policies.length === 0) return allow;
    const context = contextOf(object, request, type);
    const judged = policies.map((policy) => judgeBy(policy, context));
    return (
      judged.find(({ verdict }) => verdict === 'error') ??
      judged.find(({ verdict }) => verdict === 'deny') ??
      allow
    );
  }
}

function judgeBy(policy: LoadedPolicy, context: Record<string, unknown>): CelJudgement {
  let running = policy.name;
  const run = ({ name, run: evaluate }: Named, variables: CelContext): unknown => {
    running = `${policy.name}: ${name}`;
    return evaluate({ ...context, variables });
  };
  try {
    if (policy.conditions.some((each) => boolean(run(each, {})) === false)) return allow;
    const variables: CelContext = {};
    for (const each of policy.variables) variables[each.name] = run(each, variables);
    const failed = policy.validations.filter(
      (each) => !boolean(run({ name: 'validation', run: each.run }, variables)),
    );
    const annotations = policy.annotations.map((each) => string(run(each, variables)));
    const controls = annotations.flatMap((text) => (text === '' ? [] : text.split(', ')));
    const [first] = failed;
    if (first === undefined)
      return controls.length === 0 ? allow : error(`allowed, with ${controls.join(', ')}`);
    const message =
      first.message === undefined ? '' : string(run({ name: 'message', run: first.message }, variables));
    if (Buffer.byteLength(message) > 5120 || /\p{Cc}/u.test(message)) return error(`no message: ${message}`);
    return { verdict: 'deny', controls, message };
  } catch (thrown) {
    return error(`${running}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

type CelContext = Record<string, unknown>;

const error = (text: string): CelJudgement => ({ verdict: 'error', controls: [], message: '', error: text });

function boolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`not a boolean: ${String(value)}`);
  return value;
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`not a string: ${String(value)}`);
  return value;
}

/** As CreateAdmissionRequest and the converter make it: what is empty is left out. */
function contextOf(object: JsonObject, request: CelRequest, type: string): CelContext {
  const {
    operation = 'CREATE',
    subresource = '',
    user = '',
    userGroups = [],
    namespace = '',
    oldPod,
  } = request;
  const userInfo: Record<string, CelValue> = {};
  if (user !== '') userInfo.username = user;
  if (userGroups.length > 0) userInfo.groups = userGroups;
  const celRequest: Record<string, CelValue> = { operation, userInfo };
  if (subresource !== '') celRequest.subResource = subresource;
  if (namespace !== '') celRequest.namespace = namespace;
  const labels = request.namespaceLabels ?? {};
  return {
    object: unstructured(object, type),
    oldObject: oldPod === undefined || operation === 'CREATE' ? null : unstructured(oldPod, type),
    request: celRequest,
    namespaceObject: { metadata: Object.keys(labels).length === 0 ? {} : { labels: plain(labels) } },
  };
}

const environment = new Environment({
  enableOptionalTypes: true,
  // Kubernetes has no such limits on a policy of this size.
  limits: { maxListElements: 10_000, maxMapEntries: 10_000, maxAstNodes: 1_000_000 },
});
for (const name of ['object', 'oldObject', 'request', 'namespaceObject', 'variables']) {
  environment.registerVariable(name, 'dyn');
}

/** Type checked as far as cel-js can, where every variable is dyn. */
export function compileCel(expression: string): Named['run'] {
  const parsed = environment.parse(expression);
  const checked = parsed.check();
  if (!checked.valid) throw new Error(`${checked.error?.message}\n${expression}`);
  return (context) => parsed(context);
}

function load(object: unknown): LoadedPolicy {
  const spec = at(object, 'spec');
  const named = (key: string, nameKey = 'name', expressionKey = 'expression'): Named[] =>
    listAt(spec, key).map((each) => ({
      name: string(at(each, nameKey)),
      run: compileCel(string(at(each, expressionKey))),
    }));
  const rules = listAt(at(spec, 'matchConstraints'), 'resourceRules');
  return {
    name: string(at(at(object, 'metadata'), 'name')),
    resources: rules.flatMap((rule) => listAt(rule, 'resources').map(string)),
    conditions: named('matchConditions'),
    variables: named('variables'),
    validations: listAt(spec, 'validations').map((each) => {
      const message = at(each, 'messageExpression');
      if (string(at(each, 'message')) === '' || at(each, 'reason') !== 'Forbidden')
        throw new Error('no message or reason');
      return {
        run: compileCel(string(at(each, 'expression'))),
        message: message === undefined ? undefined : compileCel(string(message)),
      };
    }),
    annotations: named('auditAnnotations', 'key', 'valueExpression'),
  };
}

function at(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, key) : undefined;
}

function listAt(object: unknown, key: string): readonly unknown[] {
  const value = at(object, key);
  return Array.isArray(value) ? value : [];
}
