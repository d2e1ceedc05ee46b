// A step that does what its name says.
const name = process.env.PODSEC_CONFORMANCE_STEP;
const outcome = { passed: 1, failures: [], known: 0, erred: false };
if (name === 'passes') process.send({ ...outcome, known: 2 }, () => process.disconnect());
if (name === 'fails') process.send({ ...outcome, failures: ['it fails'] }, () => process.disconnect());
if (name === 'exits') process.exit(7);
if (name === 'is killed') process.kill(process.pid, 'SIGKILL');
