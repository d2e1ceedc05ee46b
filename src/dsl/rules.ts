/** What rules are written with: all of the DSL but policies, which know the levels, whose rules these are. */
export * from './conditions.js';
export * from './control.js';
export { oldPod, type Path, pod } from './paths.js';
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
