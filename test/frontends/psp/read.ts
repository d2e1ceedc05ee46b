/** Reads PodSecurityPolicies from text, as `--policy` does, and shows what is said of them. */
import { join } from 'node:path';
import { loadManifest } from '../../../src/load/manifest.js';
import { folder } from '../../cli/run.js';

export interface Read {
  readonly names: readonly string[];
  /** `line:column severity code: message -> hint` */
  readonly said: readonly string[];
}

export async function read(text: string, file = 'psp.yaml'): Promise<Read> {
  const cwd = folder({ [file]: text });
  const { value, diagnostics } = await loadManifest(join(cwd, file), cwd);
  return {
    names: (value ?? []).map(({ policy }) => policy.name),
    said: diagnostics.map(
      ({ place, severity, code, message, hint }) =>
        `${place?.line}:${place?.column} ${severity} ${code}: ${message} -> ${hint}`,
    ),
  };
}

/** A policy that the API server takes and that has no pitfall, with more fields of its spec, one a line from line 10 on. */
export function psp(more: string, annotations = ''): string {
  return `apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: p, annotations: {${annotations}}}
spec:
  runAsUser: {rule: RunAsAny}
  seLinux: {rule: RunAsAny}
  supplementalGroups: {rule: RunAsAny}
  fsGroup: {rule: RunAsAny}
  volumes: ['*']
${more
  .split('\n')
  .map((line) => `  ${line}\n`)
  .join('')}`;
}

/** The same with a field replaced, on line 10 as well: a key may not be there twice. */
export function pspWith(field: string, line: string): string {
  const kept = psp('')
    .split('\n')
    .map((each) => (each.startsWith(`  ${field}:`) ? '' : each));
  return `${kept.slice(0, 9).join('\n')}\n  ${line}\n`;
}
