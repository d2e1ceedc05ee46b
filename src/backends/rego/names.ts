/** Names for printed Rego: plain, unique where they have to be, never a word of the language. */

const reserved = new Set(
  (
    'as contains data default detail else every false if import in input lib not null package reason set some true ' +
    'with world worlds ' +
    // A variable of the name of a builtin, or of its namespace, would hide it.
    'array base64 concat count deny endswith findings sort startswith split strings'
  ).split(' '),
);

export class Names {
  readonly #used: Set<string>;

  constructor(used: Iterable<string> = []) {
    this.#used = new Set(used);
  }

  /** Names for a scope of its own inside: none of these, but what is given there may be given again elsewhere. */
  inner(): Names {
    return new Names(this.#used);
  }

  /** A name like `wanted`, which was not given before. */
  fresh(wanted: string): string {
    const plain = wanted.replace(/\W/g, '_');
    const base =
      /^[A-Za-z]/.test(plain) && !reserved.has(plain) ? plain : `${plain}_`.replace(/^(?![A-Za-z])/, 'a');
    let name = base;
    for (let count = 2; this.#used.has(name); count++) name = `${base}_${count}`;
    this.#used.add(name);
    return name;
  }
}
