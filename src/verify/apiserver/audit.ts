/** Matches the events of the API server's audit log to the requests that caused them. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { EngineError } from '../errors.js';
import { isPolicyError, type PolicyDenial } from './verdict.js';

const FAILURES = 'validation.policy.admission.k8s.io/validation_failure';

/** The API server drops what goes beyond this from an audit event, without a word in it. */
const MAX_FAILURES = 50;

interface Waiting {
  resolve(denials: PolicyDenial[]): void;
  reject(error: Error): void;
}

export class AuditLog {
  readonly #waiting = new Map<string, Waiting>();
  #next = 0;

  constructor(log: Readable) {
    createInterface({ input: log, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
      this.#read(line),
    );
    log.once('close', () => {
      for (const [id, { reject }] of this.#waiting) {
        reject(new EngineError('apiserver', `ended before its audit log named request ${id}`));
      }
      this.#waiting.clear();
    });
  }

  /** An id to send as `Audit-ID`, and what the log will say of that request. Call `forget` when it was not sent. */
  expect(): { id: string; denials: Promise<PolicyDenial[]>; forget: () => void } {
    const id = `podsec-${this.#next++}`;
    const denials = new Promise<PolicyDenial[]>((resolve, reject) =>
      this.#waiting.set(id, { resolve, reject }),
    );
    // The request may fail first, and then nobody listens.
    denials.catch(() => undefined);
    return { id, denials, forget: () => this.#waiting.delete(id) };
  }

  #read(line: string): void {
    let event: { auditID?: string; annotations?: Record<string, string> };
    try {
      event = JSON.parse(line) as typeof event;
    } catch {
      return;
    }
    const waiting = this.#waiting.get(event.auditID ?? '');
    if (waiting === undefined) return;
    this.#waiting.delete(event.auditID ?? '');
    const text = event.annotations?.[FAILURES];
    const failures: Omit<PolicyDenial, 'error'>[] = text === undefined ? [] : JSON.parse(text);
    if (failures.length >= MAX_FAILURES) {
      waiting.reject(
        new EngineError(
          'apiserver',
          `${MAX_FAILURES} policies or more failed at once: the audit log is cut there`,
        ),
      );
      return;
    }
    waiting.resolve(
      failures.map(({ policy, binding, message }) => ({
        policy,
        binding,
        message,
        error: isPolicyError(message),
      })),
    );
  }
}
