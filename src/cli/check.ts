/** `podsec check`: the workloads in manifests, judged. */
import { resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics.js';
import { type LoadedPolicy, loadPolicies } from '../load/policies.js';
import { readInputs } from '../manifest/index.js';
import { quoted } from '../manifest/problem.js';
import type { Document } from '../manifest/types.js';
import type { Entry } from '../report/types.js';
import { type Crosscheck, crosscheckOf, type Engine } from './engines.js';
import { openReport, parseFormats, type Report } from './formats.js';
import { judge } from './judge.js';
import { exitCodeOf, type Session, UsageError } from './session.js';
import { Tally } from './tally.js';

export interface CheckOptions {
  readonly paths: readonly string[];
  readonly policies: readonly string[];
  readonly formats: readonly string[];
  readonly engine: string;
  readonly loadTimeout: number;
}

export async function check(session: Session, options: CheckOptions): Promise<void> {
  const formats = parseFormats(options.formats, session.cwd);
  const engine = engineOf(options.engine);
  const reports: Report[] = [];
  for (const format of formats) {
    const opened = openReport(format, session);
    await session.report(...opened.diagnostics);
    if (opened.value === undefined) {
      for (const report of reports) report.discard();
      return;
    }
    reports.push(opened.value);
  }
  const references = options.policies.length === 0 ? ['restricted@latest'] : options.policies;
  const { value: policies, diagnostics } = await loadPolicies(references, {
    cwd: session.cwd,
    timeoutSeconds: options.loadTimeout,
    onOutput: (text) => void session.say(text),
  });
  const run = new Run(session, reports, policies ?? []);
  try {
    await run.begin();
    await run.report(...diagnostics);
    if (policies !== undefined) {
      const crosscheck = await crosscheckOf(engine, policies);
      await run.report(...crosscheck.diagnostics);
      if (crosscheck.value !== undefined) await run.judge(options.paths, crosscheck.value);
    }
  } catch (error) {
    for (const report of reports) report.discard();
    throw error;
  }
  await run.end();
}

function engineOf(text: string): Engine {
  if (text === 'evaluate' || text === 'opa-wasm') return text;
  throw new UsageError(`there is no engine ${quoted(text)}`, 'the engines are evaluate and opa-wasm');
}

function replacesInput(file: string): Diagnostic {
  return {
    code: 'not-ours',
    severity: 'error',
    place: { file },
    message: 'the report would replace a file that was judged',
    hint: 'write it to another file',
  };
}

class Run {
  readonly #tally: Tally;
  readonly #diagnostics: Diagnostic[] = [];
  /** The files that were read, as absolute paths. */
  readonly #read = new Set<string>();

  constructor(
    readonly session: Session,
    readonly reports: readonly Report[],
    readonly policies: readonly LoadedPolicy[],
  ) {
    this.#tally = new Tally(policies);
  }

  async begin(): Promise<void> {
    for (const { reporter, write } of this.reports) await write(reporter.begin());
  }

  async report(...diagnostics: readonly Diagnostic[]): Promise<void> {
    this.#diagnostics.push(...diagnostics);
    await this.session.report(...diagnostics);
  }

  async judge(paths: readonly string[], crosscheck: Crosscheck): Promise<void> {
    const { cwd, stdin } = this.session;
    for await (const event of readInputs(paths, { cwd, stdin })) {
      if (event.kind === 'diagnostic') await this.#unread([event.diagnostic]);
      else await this.#document(event.document, crosscheck);
    }
  }

  async end(): Promise<void> {
    for (const { reporter, file, write, commit, discard } of this.reports) {
      if (file !== undefined && this.#read.has(file)) {
        discard();
        await this.report(replacesInput(file));
        continue;
      }
      await write(reporter.end(this.#tally.summary, this.#diagnostics));
      await commit(this.session);
    }
  }

  async #document(document: Document, crosscheck: Crosscheck): Promise<void> {
    this.#read.add(resolve(this.session.cwd, document.file));
    const judged = judge(document, this.policies, crosscheck);
    switch (judged.kind) {
      case 'skipped':
        return this.#tally.skipped(document.file);
      case 'unread':
        return this.#unread(judged.diagnostics);
      case 'workload':
        await this.report(...judged.diagnostics);
        return this.#workload(judged.entry);
    }
  }

  async #unread(diagnostics: readonly Diagnostic[]): Promise<void> {
    this.#tally.unread(diagnostics.filter((each) => exitCodeOf(each) > 0).length);
    await this.report(...diagnostics);
  }

  async #workload(entry: Entry): Promise<void> {
    this.#tally.workload(entry);
    if (entry.results.some(({ findings }) => findings.length > 0)) this.session.raise(1);
    for (const { reporter, write } of this.reports) await write(reporter.entry(entry));
  }
}
