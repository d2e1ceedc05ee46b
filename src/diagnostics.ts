/**
 * Diagnostics are data: a code, a severity, a place, what is wrong, what to do.
 * Functions report or return them; nothing but an internal defect is thrown.
 */

/** A place in an input. Lines and columns count from 1; `file` is `-` for standard input. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export type Severity = 'error' | 'warning';

/**
 * Every code that podsec can report, with the help that `podsec explain CODE` prints.
 * One table: a code without help, or an unknown code, does not compile.
 */
export const diagnosticCodes = {
  'yaml-syntax': 'The text is not well-formed YAML. The rest of the documents in the file are still judged.',
  'json-syntax': 'The text is not well-formed JSON.',
  'duplicate-key':
    'A mapping has the same key twice. kubectl silently takes the last one, other tools the first or none.',
  'alias-bomb': 'Aliases in the document expand to more nodes than podsec accepts.',
  'nesting-too-deep': 'The document nests deeper than podsec accepts.',
  'nul-byte': 'The file has a NUL byte, so it is not text.',
  'not-text': 'The file is not UTF-8 text.',
  'document-too-large':
    'A single document is larger than podsec accepts. Split it, or give JSON lists, which are streamed.',
  'file-unreadable': 'The file cannot be read.',
  'no-such-file': 'No file matches the path or the glob.',
  'empty-file': 'The file has no document, so nothing in it was judged.',
  'not-an-object': 'A document is not a Kubernetes object: it has to be a mapping with apiVersion and kind.',
  'unknown-field':
    'The API server drops or refuses a field it does not know, so what it was meant to do does not happen.',
  'wrong-type': 'A value has another type than the API defines; the API server refuses the object.',
  'missing-field': 'The object lacks a field without which there is nothing to judge.',
  'unknown-policy': 'No policy has this name: a level, or a policy file.',
  'unknown-version': 'podsec does not know this policy version.',
  'unknown-target': 'podsec has no such target, or the target has no such engine version.',
  'unknown-control': 'The policy has no control with this id.',
  usage: 'The command line is wrong.',
  'policy-file': 'The policy file cannot be loaded, or it exports no policy.',
  'policy-throws': 'The policy file threw an error while it was loaded.',
  'policy-hangs': 'The policy file did not finish loading in time.',
  'policy-invalid': 'The policy is not a valid rule IR.',
  'psp-invalid': 'An API server of Kubernetes 1.24, the last one with PodSecurityPolicy, refuses this one.',
  'psp-admits-nothing':
    'The API server takes the PodSecurityPolicy, and the admission plugin admits no pod by it.',
  'psp-pitfall':
    'The API server takes the PodSecurityPolicy, which refuses more than it seems to, or has a part without effect.',
  'psa-invalid': 'What is said to PodSecurity admission names no level, or no policy version.',
  'exception-expired':
    'An exception of the policy has passed its last day. Remove it, or have it reviewed and set a later day.',
  'name-collision': 'Two policies compile to the same identifier, so one output would replace the other.',
  refused: 'The target cannot say this policy exactly. podsec refuses rather than approximate.',
  'beyond-comparison':
    'The policies are beyond what podsec decides. It says so instead of guessing; docs/diff.md has the limits.',
  'never-denies': 'A control of the policy denies no pod that an API server accepts.',
  'implied-control': 'Whatever a control of the policy denies is denied by other controls of it as well.',
  'unused-exception':
    'An exception of the policy lets nothing in, or nothing that other controls do not deny.',
  'admits-nothing': 'The policy denies every pod that an API server accepts.',
  'not-ours': 'The output directory holds files that podsec did not write. It replaces only what it wrote.',
  'write-failed': 'The output could not be written; what was there before is unchanged.',
  'engine-missing': 'An engine that the comparison needs is not installed, or not where it was said to be.',
  'shows-nothing':
    'No engine was compared on pods of both verdicts, so agreement would be shown by one that always says the same.',
  'engine-error': 'An engine failed to judge; this is not an allow.',
  internal: 'podsec has a defect. Please report it with the input.',
} as const satisfies Record<string, string>;

export type DiagnosticCode = keyof typeof diagnosticCodes;

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly place?: Place;
  /** What is wrong: lower case, no full stop, user input in backticks. */
  readonly message: string;
  /** What to do about it, in the same form. */
  readonly hint: string;
}

/** A value, or nothing, with what was found on the way. */
export interface Outcome<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}
