/** A manifest as a policy: the PodSecurityPolicies in it. What else it holds, such as RBAC, is passed over. */
import type { Diagnostic, Outcome } from '../diagnostics.js';
import { isPsp, readPsp } from '../frontends/psp/index.js';
import type { Policy } from '../ir/types.js';
import { readInputs } from '../manifest/index.js';

/** Nothing is read from standard input: a policy is named by its file. */
async function* noInput(): AsyncGenerator<string> {}

/** All of them in one file, which may hold several documents and lists. */
export async function loadPspFile(file: string, cwd: string): Promise<Outcome<readonly Policy[]>> {
  const policies: Policy[] = [];
  const diagnostics: Diagnostic[] = [];
  let found = false;
  for await (const event of readInputs([file], { cwd, stdin: noInput() })) {
    if (event.kind === 'diagnostic') {
      diagnostics.push(event.diagnostic);
      continue;
    }
    if (!isPsp(event.document)) continue;
    found = true;
    const read = readPsp(event.document);
    diagnostics.push(...read.diagnostics);
    if (read.value !== undefined) policies.push(read.value);
  }
  if (!found && diagnostics.length === 0) {
    const message = 'the manifest has no PodSecurityPolicy, so it is no policy';
    const hint = 'give one of kind PodSecurityPolicy, or a policy file such as ./policy.ts';
    diagnostics.push({ code: 'policy-file', severity: 'error', place: { file }, message, hint });
  }
  return diagnostics.some(({ severity }) => severity === 'error')
    ? { diagnostics }
    : { value: policies, diagnostics };
}
