/**
 * Loaded in front of podsec by kill.test.ts: counts the calls of `node:fs` that change something below a directory, and
 * kills the process with the one that it is told, or, of a call that writes a file, in the middle of it.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';

const { KILL_BELOW: below, KILL_AT: at, KILL_LOG: log } = process.env;
const real = { ...fs };
let count = 0;
/** Some of the calls make others of them. */
let inside = false;

function kill(name, target, text) {
  const half = String(text).slice(0, String(text).length / 2);
  if (name === 'writeFileSync' || name === 'writeSync') real[name](target, half);
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

function isCounted(target) {
  // A report is written through a descriptor.
  return typeof target === 'number' ? target > 2 : `${resolve(String(target))}${sep}`.startsWith(`${below}${sep}`);
}

const changing = ['mkdirSync', 'mkdtempSync', 'writeFileSync', 'renameSync', 'rmSync'];
for (const name of [...changing, 'openSync', 'writeSync', 'fsyncSync', 'closeSync']) {
  fs[name] = (target, ...rest) => {
    if (inside || !isCounted(target)) return real[name](target, ...rest);
    if (String(count++) === at) kill(name, target, rest[0]);
    inside = true;
    try {
      real.appendFileSync(log, `${name}\n`);
      return real[name](target, ...rest);
    } finally {
      inside = false;
    }
  };
}
syncBuiltinESMExports();
