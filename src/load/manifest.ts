/**
 * A manifest as policies: the PodSecurityPolicies in it, and what it tells PodSecurity admission. What else it holds, such as RBAC, is
 * passed over.
 */
import type { Diagnostic, Outcome } from '../diagnostics.js';
import { isPsa, readPsa } from '../frontends/psa/index.js';
import { isPsp, readPsp } from '../frontends/psp/index.js';
import type { Policy } from '../ir/types.js';
import { readInputs } from '../manifest/index.js';
import type { Document } from '../manifest/types.js';

export interface ManifestPolicy {
  readonly policy: Policy;
  /** What it was read from: a PodSecurityPolicy is often called after a level that it is not. */
  readonly from: 'psp' | 'psa';
}

/** Nothing is read from standard input: a policy is named by its file. */
async function* noInput(): AsyncGenerator<string> {}

function policiesIn(document: Document): Outcome<readonly ManifestPolicy[]> | undefined {
  if (isPsp(document)) {
    const { value, diagnostics } = readPsp(document);
    return value === undefined ? { diagnostics } : { value: [{ policy: value, from: 'psp' }], diagnostics };
  }
  if (!isPsa(document)) return undefined;
  const { value, diagnostics } = readPsa(document);
  if (value === undefined) return { diagnostics };
  return { value: value.map((policy) => ({ policy, from: 'psa' as const })), diagnostics };
}

/** All of them in one file, which may hold several documents and lists. */
export const loadManifest = (file: string, cwd: string): Promise<Outcome<readonly ManifestPolicy[]>> =>
  policiesOf(file, readInputs([file], { cwd, stdin: noInput() }));

/** All of them in a text. */
export async function manifestPolicies(text: string): Promise<Outcome<readonly ManifestPolicy[]>> {
  async function* stdin(): AsyncGenerator<string> {
    yield text;
  }
  return policiesOf('-', readInputs(['-'], { cwd: '.', stdin: stdin() }));
}

async function policiesOf(
  file: string,
  events: ReturnType<typeof readInputs>,
): Promise<Outcome<readonly ManifestPolicy[]>> {
  const policies: ManifestPolicy[] = [];
  const diagnostics: Diagnostic[] = [];
  let found = false;
  for await (const event of events) {
    if (event.kind === 'diagnostic') {
      diagnostics.push(event.diagnostic);
      continue;
    }
    const read = policiesIn(event.document);
    if (read === undefined) continue;
    found = true;
    diagnostics.push(...read.diagnostics);
    policies.push(...(read.value ?? []));
  }
  if (!found && diagnostics.length === 0) {
    const message = 'the manifest has no PodSecurityPolicy and no namespace, so it is no policy';
    const hint =
      'give a PodSecurityPolicy, a namespace with labels of PodSecurity admission, its configuration, or a policy file such as ./policy.ts';
    diagnostics.push({ code: 'policy-file', severity: 'error', place: { file }, message, hint });
  }
  return diagnostics.some(({ severity }) => severity === 'error')
    ? { diagnostics }
    : { value: policies, diagnostics };
}
