/** What a policy author imports. */
export {
  type DefinedPolicy,
  definePolicy,
  isPolicy,
  type LevelReference,
  PolicyError,
  type PolicySpec,
} from './policy.js';
export * from './rules.js';
