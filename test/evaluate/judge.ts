/** What `evaluate` says of a condition, a term or a text, on pods as small as a test needs. */
import { admit } from '../../src/admission/index.js';
import { type AdmissionRequest, evaluate, noRequest } from '../../src/evaluate.js';
import { checkPolicy } from '../../src/ir/check.js';
import type { Cond, Pattern, Policy, Source, Term, Text } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { collecting, control, denying, literal, policy, read, ref, showing } from '../ir/samples.js';

type Request = Partial<AdmissionRequest>;

function findings(of: Policy, pod: JsonObject, request: Request) {
  // What is not well-formed has no meaning to test.
  const [problem] = checkPolicy(of);
  if (problem !== undefined) throw new TypeError(problem.message);
  return evaluate(of, pod, { ...noRequest, ...request });
}

/** Whether a condition holds. */
export function holds(cond: Cond, pod: JsonObject = {}, request: Request = {}): boolean {
  return findings(denying(cond), pod, request).length > 0;
}

/** The value of a term, as it is shown. */
export function shown(term: Term, pod: JsonObject = {}, request: Request = {}): string | undefined {
  return findings(showing(term), pod, request)[0]?.detail;
}

/** What the elements of a source show. */
export function elements(
  source: Source,
  show: Term,
  at: string,
  pod: JsonObject = {},
  request: Request = {},
): { texts: string[]; locations: string[] } {
  const over = [{ bind: 'x', in: source }];
  const [finding] = findings(collecting({ over, show, at: ref(at) }), pod, request);
  return {
    texts: finding?.detail.split(', ') ?? [],
    locations: (finding?.locations ?? []).map((path) => path.join('/')),
  };
}

/** Whether a string matches a pattern. */
export function matches(pattern: Pattern, text: string): boolean {
  return holds({ kind: 'matches', term: literal(text), patterns: [pattern] });
}

/** What a text says where the collections hold these texts: `a` as they are, `sorted` distinct. */
export function said(text: Text, a: readonly string[], sorted: readonly string[] = []): string | undefined {
  const from = (key: string) => [
    {
      over: [{ bind: 'e', in: { kind: 'entries', map: ref(`pod.metadata.${key}`), prefix: '' } }],
      where: { kind: 'constant', value: true },
      show: read('e.value'),
      at: ref('e'),
    } as const,
  ];
  const always = {
    over: [],
    where: { kind: 'constant', value: true },
    show: literal(''),
    at: ref('pod.spec'),
  } as const;
  const made = control({
    collections: [
      { name: 'a', distinct: false, denies: false, from: from('labels') },
      { name: 'sorted', distinct: true, denies: false, from: from('annotations') },
      { name: 'always', distinct: false, denies: true, from: [always] },
    ],
    reason: text,
    detail: { kind: 'text', text: '' },
  });
  const numbered = (texts: readonly string[]) =>
    Object.fromEntries(texts.map((each, index) => [String(index).padStart(3, '0'), each]));
  const pod = { metadata: { labels: numbered(a), annotations: numbered(sorted) } };
  return findings(policy({ controls: [made] }), pod, {})[0]?.reason;
}

/** The pod as an API server would hand it to validating admission. */
export function admitted(spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  const containers = [{ name: 'app', image: 'example.com/app:1.0' }];
  const admission = admit({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', ...metadata },
    spec: { containers, ...spec },
  });
  const pod = admission.kind === 'workload' ? admission.pod : undefined;
  if (pod === undefined) throw new TypeError(`not admitted: ${JSON.stringify(admission.problems)}`);
  return pod;
}

export function inSpec(spec: JsonObject): JsonObject {
  return { spec };
}
