/** Thrown where PodSecurityPolicy cannot say something; the backend makes a refusal of it. */
export class Unsayable extends Error {
  override readonly name = 'Unsayable';

  constructor(
    /** What cannot be said, and why. */
    readonly what: string,
  ) {
    super(what);
  }
}

/** Undefined where it cannot be said. */
export function sayable<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Unsayable)) throw error;
    return undefined;
  }
}
