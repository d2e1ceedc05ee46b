/**
 * What a policy author uses in tests of a policy, with any test runner:
 *
 *     import { expectAllowed, expectDenied } from 'podsec/testing';
 *     import policy from './payments.js';
 *
 *     expectDenied(policy, { apiVersion: 'v1', kind: 'Pod', spec: { ... } }, ['imageRegistry']);
 *
 * A manifest is judged as an API server would see it: decoded, with its defaults. Scope, exemptions and mode say whom
 * a policy is for and what comes of a violation; they change nothing here.
 */
import { AssertionError } from 'node:assert';
import { admit, isJudgedUpdate } from '../admission/index.js';
import { pathText } from '../admission/problem.js';
import type { DiagnosticCode } from '../diagnostics.js';
import { type DefinedPolicy, isPolicy } from '../dsl/policy.js';
import { type AdmissionRequest, evaluate, type Finding, noRequest } from '../evaluate.js';
import type { Policy } from '../ir/types.js';
import type { Json, JsonObject } from '../manifest/types.js';
import { nearest } from '../schema/index.js';
import {
  type BoundaryPlan,
  type BoundaryPod,
  boundaryPods as podsOf,
  type Subject,
} from './boundary/pods.js';

export type { Finding } from '../evaluate.js';
export type { BoundaryPlan, BoundaryPod } from './boundary/pods.js';

/** A policy of `definePolicy`, whatever its parameters, or its IR. */
export type AnyPolicy = Pick<DefinedPolicy, 'ir' | keyof DefinedPolicyBrand> | Policy;
