/**
 * Reads a PodSecurityPolicy as an API server of Kubernetes 1.24 does, the last one that had them. Who may use it is RBAC's
 * to say, and is not read here.
 */
import { decodePod } from '../../admission/decode.js';
import { objectAt, stringAt } from '../../admission/json.js';
import type { AdmissionProblem } from '../../admission/problem.js';
import type { Diagnostic, DiagnosticCode, Outcome, Severity } from '../../diagnostics.js';
import type { Policy } from '../../ir/types.js';
import type { Document, DocumentPath, JsonObject } from '../../manifest/types.js';
import { lower } from './lower.js';
import { pitfallsOf } from './pitfalls.js';
import { specOf } from './spec.js';
import { pspTypes } from './types.js';
import { nameProblems, specProblems } from './validate.js';

const kindName = 'PodSecurityPolicy';

/** `extensions/v1beta1` was served until 1.15, with the same schema. */
const apiVersions = ['policy/v1beta1', 'extensions/v1beta1'];

/** Whether a document is, or means to be, a PodSecurityPolicy. */
export function isPsp({ value }: Document): boolean {
  return (
    String(value.kind)
      .toLowerCase()
      .replace(/(y|ies)$/, '') === 'podsecuritypolic'
  );
}

/** Names that are written for fields, and are near none. */
const meant: Readonly<Record<string, string>> = {
  hostVolumes: 'did you mean `volumes`, with `hostPath` in it? `allowedHostPaths` says which paths',
  hostPaths: 'did you mean `allowedHostPaths`, with `hostPath` in `volumes`?',
  allowedFlexibleResourceRanges: 'did you mean `allowedFlexVolumes`?',
  allowedSysctls: 'did you mean `allowedUnsafeSysctls`?',
  capabilities: 'did you mean `allowedCapabilities`, `requiredDropCapabilities` or `defaultAddCapabilities`?',
  seccompProfile:
    'a PodSecurityPolicy has annotations for seccomp: `seccomp.security.alpha.kubernetes.io/allowedProfileNames`',
  appArmorProfile:
    'a PodSecurityPolicy has annotations for AppArmor: `apparmor.security.beta.kubernetes.io/allowedProfileNames`',
};

function hintFor({ code, path, hint }: AdmissionProblem): string {
  const name = String(path.at(-1));
  return (code === 'unknown-field' && Object.hasOwn(meant, name) ? meant[name] : undefined) ?? hint;
}

/** A PodSecurityPolicy that podsec writes, read again; undefined where the API server would refuse it. */
export function policyOfPsp(written: JsonObject): Policy | undefined {
  const { value } = decodePod(written, kindName, [], undefined, pspTypes);
  if (value === undefined) return undefined;
  const spec = specOf(value);
  return specProblems(spec).length > 0
    ? undefined
    : lower(stringAt(objectAt(value, 'metadata'), 'name'), spec);
}

/** The policy; or what the API server would refuse. With it, what it takes and should not be relied on. */
export function readPsp(document: Document): Outcome<Policy> {
  const { value, spellings } = document;
  const say = (
    code: DiagnosticCode,
    severity: Severity,
    { path, message, hint }: { readonly path: DocumentPath; readonly message: string; readonly hint: string },
  ): Diagnostic => ({ code, severity, place: document.placeOf(path), message, hint });
  const invalid = (path: DocumentPath, message: string, hint: string) =>
    say('psp-invalid', 'error', { path, message, hint });

  if (value.kind !== kindName) {
    const message = `there is no kind \`${String(value.kind)}\``;
    return { diagnostics: [invalid(['kind'], message, `did you mean \`${kindName}\`?`)] };
  }
  if (!apiVersions.some((each) => each === value.apiVersion)) {
    const message = `there is no ${kindName} in \`${String(value.apiVersion)}\``;
    return { diagnostics: [invalid(['apiVersion'], message, 'write policy/v1beta1')] };
  }
  const decoded = decodePod(value, kindName, [], spellings, pspTypes);
  const problems = decoded.problems.map((each) => say(each.code, 'error', { ...each, hint: hintFor(each) }));
  if (decoded.value === undefined) return { diagnostics: problems };
  const name = stringAt(objectAt(decoded.value, 'metadata'), 'name');
  const spec = specOf(decoded.value);
  const diagnostics = [
    ...problems,
    ...[...nameProblems(name), ...specProblems(spec)].map((each) => say('psp-invalid', 'error', each)),
  ];
  if (diagnostics.length > 0) return { diagnostics };
  return {
    value: lower(name, spec),
    diagnostics: pitfallsOf(spec).map(({ code, ...each }) => say(code, 'warning', each)),
  };
}
