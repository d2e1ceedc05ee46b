/** Rule IR to CEL. A target brings a subject, and the text around expressions. */

export { CannotSay, OnlyInPods } from './cannot-say.js';
export { celCapabilities } from './capabilities.js';
export * from './expr.js';
export {
  exemptible,
  exemptionConditions,
  type MatchCondition,
  matchConditions,
  significantUpdate,
} from './match.js';
export { celIdentifier } from './names.js';
export { celText, printCel } from './print.js';
export {
  asksAuthorizer,
  type Judged,
  type LeftToPods,
  type Program,
  programOf,
  Unsayable,
  type Variable,
} from './program.js';
export { jsonNamespaceOf, jsonOldPodOf, jsonPodOf, type Subject } from './subject.js';
export { ofRequest } from './term.js';
