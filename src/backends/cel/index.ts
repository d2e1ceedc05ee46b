/** Rule IR to CEL. A target brings an encoding of absence, a place for shared names, and the text around expressions. */
export { CannotSay, OnlyInPods } from './cannot-say.js';
export { collection, line } from './collect.js';
export { condition, serviceAccountOf } from './condition.js';
export type { Encoding, Presence } from './encoding.js';
export * from './expr.js';
export { celIdentifier, Names } from './names.js';
export type { Place, Root } from './place.js';
export { printCel, printCelBlock } from './print.js';
export { outermost, type Scope, type World } from './scope.js';
export { mapOf } from './source.js';
export { annotatedContainers, templateEncoding } from './templates.js';
export { termExpr } from './term.js';
export { typedEncoding } from './typed.js';
export { type Collected, nonEmpty, wording } from './wording.js';
