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

/** On which side of a policy an output is: it denies less, or more. */
export type Direction = 'laxer' | 'stricter';

/** What is known of an output that is near a policy, by proof over all pods. */
export interface Search {
  readonly direction: Direction;
  /**
   * Whether what is said is on that side of the policy, and writes nothing into pods that the policy admits. `than` has been found to
   * be so, and was then changed in part.
   */
  readonly holds: (said: Policy, than: Policy | undefined) => boolean;
  /** Whether it denies more than the other, or leaves fewer pods to be stored that the policy denies. */
  readonly helps: (said: Policy, than: Policy) => boolean;
}

/** An output that is near a policy. */
export interface Nearest {
  /** What it says, read back: under the name of the policy, for whom it applies. */
  readonly said: Policy;
  readonly files: readonly BundleFile[];
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
  /** The output nearest to a policy on one side of it; left out where all that is near are policies with other controls. */
  nearest?(policy: Policy, engineVersion: string, search: Search): Nearest | undefined;
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
