import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../src/verify/errors.js';
import { run } from '../../src/verify/process.js';
import type { Tally } from '../agreement.js';
import { agrees, type GoReading, readAsPodsec } from './agreement.js';
import { mutated } from './mutate.js';

const seed = 20_26;
const rounds = 5;
const perRound = 20_000;

/**
 * The committed table is what Go writes, Go reads podsec's YAML back, and mutated documents mean the same to podsec
 * and to sigs.k8s.io/yaml.
 */
export async function checkYaml(): Promise<Tally> {
  const cwd = goModule();
  const table = await run('yaml', 'go', ['run', '.', '--check'], { cwd, accept: [0, 1] });
  const failures = table.code === 0 ? [] : [table.stderr.trim()];
  let values = 0;
  for (let round = 0; round < rounds; round++) {
    const documents = mutated(seed + round, perRound);
    const judged = await run('yaml', 'go', ['run', '.', '--judge'], {
      cwd,
      input: JSON.stringify(documents),
    });
    const readings: readonly GoReading[] = JSON.parse(judged.stdout);
    if (readings.length !== documents.length)
      failures.push(`yaml: ${readings.length} readings of ${documents.length}`);
    for (const go of readings) {
      const reading = readAsPodsec(go.yaml);
      if (go.error === undefined) values++;
      if (!agrees(go, reading)) failures.push(`yaml: ${JSON.stringify({ go, podsec: reading })}`);
    }
  }
  // A third of the documents is well-formed; a run in which none is has tested nothing.
  if (values < (rounds * perRound) / 5) failures.push(`yaml: only ${values} documents have a value`);
  process.stderr.write(
    `${failures.length === 0 ? 'ok  ' : 'FAIL'} yaml: the table, and ${rounds * perRound} mutated documents of which ${values} have a value\n`,
  );
  // The table and the mutated documents count as one each: a tally of documents would drown all others.
  return { passed: failures.length === 0 ? 2 : 0, failures };
}

/** This file is in the module's folder, or in `dist` as compiled. */
function goModule(): string {
  const folders = ['.', '../../../engines/yaml/'].map((path) => new URL(path, import.meta.url));
  const found = folders.find((folder) => existsSync(new URL('go.mod', folder)));
  if (found === undefined) throw new EngineError('yaml', 'its Go module is not there');
  return fileURLToPath(found);
}
