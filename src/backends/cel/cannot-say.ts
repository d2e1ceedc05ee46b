/** Thrown while lowering where CEL cannot say a node exactly; whoever compiles turns it into a refusal. */
export class CannotSay extends Error {
  override readonly name: string = 'CannotSay';
}

/** What an API server writes into pods and not into their templates, so that nothing exact can be said of a template. */
export class OnlyInPods extends CannotSay {
  override readonly name = 'OnlyInPods';
}
