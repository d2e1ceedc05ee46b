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
  readonly #used = new Set<string>();

  /** A name like `wanted`, which was not given before. */
  fresh(wanted: string): string {
    const plain = wanted.replace(/\W/g, '_');
    const base = /^[A-Za-z]/.test(plain) && !reserved.has(plain) ? plain : `${plain}_`.replace(/^(?![A-Za-z])/, 'a');
    let name = base;
    for (let count = 2; this.#used.has(name); count++) name = `${base}_${count}`;
    this.#used.add(name);
    return name;
  }
}
