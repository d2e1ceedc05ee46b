/** What a policy author imports. */
export * from './conditions.js';
export * from './control.js';
export { oldPod, type Path, pod } from './paths.js';
export {
  type DefinedPolicy,
  definePolicy,
  isPolicy,
  type LevelReference,
  PolicyError,
  type PolicySpec,
} from './policy.js';
export { systemNamespaces } from './scope.js';
export {
  containers,
  type Each,
  entries,
  items,
  type MapEntry,
  oldContainers,
  userGroups,
} from './sources.js';
export {
  concat,
  effective,
  firstPresent,
  itself,
  lookup,
  nameOf,
  namespaceLabel,
  type Operand,
  quoted,
  request,
  size,
  type Term,
  value,
} from './terms.js';
export * from './wording.js';
