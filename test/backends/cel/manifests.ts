/** Programs over raw JSON, run by cel-js, beside `evaluate`. */
import { expect } from 'vitest';
import { admit } from '../../../src/admission/index.js';
import {
  jsonNamespaceOf,
  jsonOldPodOf,
  jsonPodOf,
  literal,
  name,
  printCel,
  programOf,
} from '../../../src/backends/cel/index.js';
import { type Shape, shapes } from '../../../src/backends/shapes.js';
import { evaluate } from '../../../src/evaluate.js';
import type { Policy } from '../../../src/ir/types.js';
import type { Json, JsonObject } from '../../../src/manifest/types.js';
import { compileCel } from './engine.js';
import { plain } from './unstructured.js';

type Judge = (object: JsonObject) => unknown;

function shapeFor(kind: Json | undefined): Shape {
  const suffix =
    { Pod: 'pods', CronJob: 'cronjobs', PodTemplate: 'podtemplates' }[String(kind)] ?? 'workloads';
  const found = shapes.find((each) => each.suffix === suffix);
  if (found === undefined) throw new TypeError(suffix);
  return found;
}

export function judgeOf(policy: Policy, shape: Shape): Judge {
  const program = programOf(
    policy,
    {
      kind: 'json',
      pod: jsonPodOf(name('object'), shape),
      old: jsonOldPodOf(name('oldObject'), shape),
      created: literal(true),
      namespace: jsonNamespaceOf(name('object')),
    },
    policy.name,
  );
  const variables = program.variables.map((each) => ({
    name: each.name,
    run: compileCel(printCel(each.expr)),
  }));
  const failed = compileCel(printCel(program.failed));
  const message = compileCel(printCel(program.message));
  return (object) => {
    const context = {
      object: plain(object),
      oldObject: null,
      request: { operation: 'CREATE' },
      namespaceObject: null,
    };
    const known: Record<string, unknown> = {};
    for (const each of variables) known[each.name] = each.run({ ...context, variables: known });
    message({ ...context, variables: known });
    return failed({ ...context, variables: known });
  };
}

export function judges(policy: Policy): Judge {
  const known = new Map<string, Judge>();
  return (object) => {
    const shape = shapeFor(object.kind);
    const judge = known.get(shape.suffix) ?? judgeOf(policy, shape);
    known.set(shape.suffix, judge);
    return judge(object);
  };
}

/** What `evaluate` says of the pods of manifests that an API server would decode. */
export function expected(policy: Policy, manifest: JsonObject): readonly string[] | undefined {
  const admission = admit(manifest);
  if (admission.kind !== 'workload' || admission.pod === undefined) return undefined;
  const bad = admission.problems.some(({ code }) => code !== 'unknown-field');
  return bad ? undefined : evaluate(policy, admission.pod).map((finding) => finding.control);
}

/** Fails on the first manifest of which the program says another thing than `evaluate`. */
export function compare(
  policy: Policy,
  manifests: readonly JsonObject[],
): { allowed: number; denied: number } {
  const judge = judges(policy);
  const count = { allowed: 0, denied: 0 };
  for (const manifest of manifests) {
    const wanted = expected(policy, manifest);
    if (wanted === undefined) continue;
    const got = judge(manifest);
    if (JSON.stringify(got) !== JSON.stringify(wanted))
      expect(got, `${policy.name} on ${JSON.stringify(manifest)}`).toEqual(wanted);
    count[wanted.length === 0 ? 'allowed' : 'denied']++;
  }
  return count;
}
