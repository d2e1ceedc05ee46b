/** What a policy author imports. */
export { PolicyError } from './error.js';
export {
  containerItems,
  containerValue,
  type ExceptionSpec,
  podItems,
  podValue,
  type Values,
} from './exceptions.js';
export {
  type DefinedPolicy,
  definePolicy,
  isPolicy,
  type LevelReference,
  type PolicySpec,
} from './policy.js';
export * from './rules.js';
