/**
 * What an API server's answer says about the policies. The status code alone cannot: a policy denial without a reason and
 * a failed API validation are both 422, a policy denial and another admission plugin's refusal are both 403.
 */

/** `deny`: a policy refused. `invalid`: the API server refused, whatever the policies say. `error`: nobody judged. */
export type EngineVerdict = 'allow' | 'deny' | 'invalid' | 'error';

export interface PolicyDenial {
  /** The ValidatingAdmissionPolicy, or `PodSecurity`. */
  readonly policy: string;
  /** Its binding; for `PodSecurity` the level and version (`restricted:v1.37`). */
  readonly binding: string;
  readonly message: string;
  /** The policy did not come to a verdict (an expression failed, the budget ran out) and its failure policy refused. */
  readonly error: boolean;
}

export interface Judgement {
  readonly verdict: EngineVerdict;
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  /** `Warning` headers, unquoted. All of them together are cut at about 4 KiB by the API server. */
  readonly warnings: readonly string[];
  /** What refused the request. An API server names the first refusing policy only. */
  readonly policyDenials: readonly PolicyDenial[];
  /** What bindings with the action `Warn` would have refused. */
  readonly policyWarnings: readonly PolicyDenial[];
  /** What bindings with the action `Audit` would have refused: complete, but only of a server with `audit`. */
  readonly policyAudits: readonly PolicyDenial[];
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

const DENIED =
  /^\S+(?: "[^"]*")? is forbidden: ValidatingAdmissionPolicy '([^']+)'(?: with binding '([^']+)')? denied request: (.*)$/s;
const WARNED = /^Validation failed for ValidatingAdmissionPolicy '([^']+)' with binding '([^']+)': (.*)$/s;
const POD_SECURITY = /^\S+(?: "[^"]*")? is forbidden: violates PodSecurity "([^"]+)": (.*)$/s;

/** Every message that the API server itself writes in place of a policy's own, where there is no verdict. */
const FAILED = [
  // Several match conditions that fail come as a list in brackets.
  /^\[?expression '.*' resulted in error: /s,
  /^\[?compilation error: /,
  /^unexpected internal error compiling expression/,
  /^runtime cost could not be calculated for expression: /,
  /^validation failed due to running out of cost budget/,
  /^failed messageExpression: /,
  /^failed to configure (policy|binding): /,
  /^valueExpression '.*' resulted in /s,
  /^unrecognized failure policy: /,
  /^Invalid type sent to validator/,
];

export function isPolicyError(message: string): boolean {
  return FAILED.some((pattern) => pattern.test(message));
}

/**
 * @param ownReason whether each validation of the policy states a `reason` other than `Invalid`. Where it does, `Invalid`
 * can only stand for an error, and any other reason only for a verdict; where not, the message decides.
 */
export function judge(
  answer: Answer,
  ownReason: (policy: string) => boolean,
  audits: readonly PolicyDenial[] = [],
): Judgement {
  const body = (typeof answer.body === 'object' && answer.body !== null ? answer.body : {}) as {
    message?: unknown;
    reason?: unknown;
  };
  const ok = answer.status >= 200 && answer.status < 300;
  const message = ok ? '' : typeof body.message === 'string' ? body.message : String(answer.body ?? '');
  const reason = !ok && typeof body.reason === 'string' ? body.reason : '';
  const denials = ok ? [] : denialsOf(message, reason, ownReason);
  const policyWarnings = answer.warnings.flatMap((warning) => {
    const [, policy, binding, text] = WARNED.exec(warning) ?? [];
    if (policy === undefined || binding === undefined || text === undefined) return [];
    return [{ policy, binding, message: text, error: isPolicyError(text) }];
  });
  return {
    verdict: verdictOf(answer.status, message, denials, [...policyWarnings, ...audits]),
    status: answer.status,
    reason,
    message,
    warnings: answer.warnings,
    policyDenials: denials,
    policyWarnings,
    policyAudits: audits,
  };
}

/** An error in a policy that only warns or audits is an error all the same: it would have been one when enforced. */
function verdictOf(
  status: number,
  message: string,
  denials: readonly PolicyDenial[],
  others: readonly PolicyDenial[],
): EngineVerdict {
  if (denials.some((denial) => denial.error) || others.some((other) => other.error)) return 'error';
  if (denials.length > 0) return 'deny';
  if (status >= 200 && status < 300) return 'allow';
  if (/because it is being terminated$/.test(message)) return 'error';
  return status >= 400 && status < 500 && ![401, 404, 405, 406, 408, 409, 415, 429].includes(status)
    ? 'invalid'
    : 'error';
}

function denialsOf(message: string, reason: string, ownReason: (policy: string) => boolean): PolicyDenial[] {
  const [, policy, binding, text] = DENIED.exec(message) ?? [];
  if (policy !== undefined && text !== undefined) {
    const error =
      reason === 'Invalid' ? binding === undefined || ownReason(policy) || isPolicyError(text) : false;
    return [{ policy, binding: binding ?? '', message: text, error }];
  }
  const [, level, violations] = POD_SECURITY.exec(message) ?? [];
  if (level === undefined || violations === undefined) return [];
  return [{ policy: 'PodSecurity', binding: level, message: violations, error: false }];
}

/** The text of `Warning` headers: `299 - "text", 299 - "text"`, with quotes and backslashes escaped. */
export function parseWarnings(header: string | readonly string[] | undefined): string[] {
  const text = typeof header === 'string' ? header : (header ?? []).join(', ');
  return [...text.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/gs)].map(([, quoted = '']) =>
    quoted.replace(/\\(.)/gs, '$1'),
  );
}
