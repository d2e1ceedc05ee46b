/** Thrown while lowering where CEL cannot say a node exactly; whoever compiles turns it into a refusal. */
export class CannotSay extends Error {
  override readonly name = 'CannotSay';
}
