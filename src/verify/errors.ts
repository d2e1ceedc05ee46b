/** An engine could not do its work: never a verdict, and never to be read as an allow. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  constructor(
    readonly engine: string,
    /** What went wrong, without what the engine printed. */
    readonly what: string,
    /** What the engine printed, cut to its end. */
    readonly output: string = '',
  ) {
    super(output === '' ? `${engine}: ${what}` : `${engine}: ${what}\n${tail(output)}`);
  }
}

function tail(text: string, lines = 20): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}
