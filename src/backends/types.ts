/** What every backend is: a pure function from policies to files, and data about what it can say. */
import type { Cond, Pattern, Policy, Source, Term } from '../ir/types.js';

export type Target = 'rego' | 'vap' | 'psa' | 'psp' | 'kyverno' | 'kyverno-vpol' | 'gatekeeper';

/** A file of a bundle; `path` is relative to the target's directory, with `/` between its parts. */
export interface BundleFile {
  readonly path: string;
  readonly text: string;
}

/** Why a target does not say a policy. */
export interface Refusal {
  readonly policy: string;
  /** Null where it is the policy as a whole. */
  readonly control: string | null;
  /** What cannot be said, and why: lower case, no full stop. */
  readonly reason: string;
}

export type Compiled = { readonly files: readonly BundleFile[] } | { readonly refusals: readonly Refusal[] };

/** How the output of a target is read as a policy again. */
export interface ReadBack {
  /** Whether the file says the policy, all of it. */
  says(path: string, policy: Policy): boolean;
  /** Pods that the engine sees otherwise than a newer API server, so that nothing is said of them. */
  readonly seenOtherwise: readonly Cond[];
}

/** What a target writes besides, where it is asked to. */
export interface BackendOptions {
  /** Gatekeeper is told to make a ValidatingAdmissionPolicy of each template. */
  readonly generateVap?: boolean;
}

export interface Backend {
  readonly target: Target;
  readonly title: string;
  /** Versions of the engine that output can be made for, oldest first; the last one is the default. */
  readonly engineVersions: readonly string[];
  readonly capabilities: Capabilities;
  /** The options that mean something to it; left out, none. */
  readonly options?: readonly (keyof BackendOptions)[];
  /** All policies in one bundle. The same policies give the same bytes. `engineVersion` is one of `engineVersions`. */
  compile(policies: readonly Policy[], engineVersion: string, options?: BackendOptions): Compiled;
  /** Left out: podsec does not read it. */
  readonly readBack?: ReadBack;
}

/**
 * Whether a target can say a node: in each engine version, or from one on (named as in `engineVersions`), or never.
 */
export type Support =
  | 'yes'
  | { readonly since: string; readonly reason: string }
  | { readonly refused: string };

/** One answer for each kind of node: a new kind breaks the build until every backend answers it. */
export interface Capabilities {
  readonly cond: Readonly<Record<Cond['kind'], Support>>;
  readonly term: Readonly<Record<Term['kind'], Support>>;
  readonly source: Readonly<Record<Source['kind'], Support>>;
  readonly pattern: Readonly<Record<Pattern['kind'], Support>>;
  readonly policy: Readonly<
    Record<
      | 'mutations'
      | 'alternatives'
      | 'namespaceSelector'
      | 'excludedNamespaces'
      | 'exemptUsers'
      | 'exemptRuntimeClasses'
      | 'exemptServiceAccounts',
      Support
    >
  >;
}
