/** Emits as podsec does, in a process that kill.test.ts can kill: `node driver.mjs DIST WHAT JSON`, in the directory to write to. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [dist, what, json] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(dist, 'src', 'emit', file)).href);

if (what === 'trees') {
  const { replaceTrees } = await load('tree.js');
  process.exitCode = replaceTrees(join(process.cwd(), 'out'), 'out', JSON.parse(json)).diagnostics.length;
} else {
  const { openWholeFile } = await load('file.js');
  const { value } = openWholeFile('report.json', process.cwd());
  value.write(json);
  value.write('more\n');
  process.exitCode = value.commit().length;
}
