/**
 * A thread that watches the main thread of its process with V8's debugger, for throws.ts: it calls a recorder in there
 * with every thrown value that is no error, and where it was thrown.
 */
import { type Debugger, type Runtime, Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import type { Spot } from './throws.js';

const session = new Session();
session.connectToMainThread();

/** A call frame of a module has no URL of its own. */
const urls = new Map<string, string>();
session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
session.post('Runtime.evaluate', { expression: String(workerData) }, (_problem, found) => {
  const recorder = found?.result.objectId;
  if (recorder === undefined) return;
  session.on('Debugger.paused', ({ params: { data, callFrames } }) => {
    if (field(data, 'subtype') !== 'error') tell(recorder, data, callFrames.map(spotOf));
    session.post('Debugger.resume');
  });
  session.post('Debugger.enable');
  session.post('Debugger.setPauseOnExceptions', { state: 'all' }, () => parentPort?.postMessage('watching'));
});
// Until the process ends.
parentPort?.on('message', () => undefined);

/** The value itself, and not a copy: values of objects are told apart by who they are. */
function tell(recorder: string, thrown: object | undefined, spots: readonly Spot[]): void {
  session.post('Runtime.callFunctionOn', {
    objectId: recorder,
    functionDeclaration: 'function (value, spots) { this(value, spots); }',
    arguments: [asArgument(thrown), { value: spots }],
  });
}

function asArgument(thrown: object | undefined): Runtime.CallArgument {
  const [objectId, unserializable] = [field(thrown, 'objectId'), field(thrown, 'unserializableValue')];
  if (typeof objectId === 'string') return { objectId };
  if (typeof unserializable === 'string') return { unserializableValue: unserializable };
  return { value: field(thrown, 'value') };
}

function spotOf({ url, location }: Debugger.CallFrame): Spot {
  return {
    file: urls.get(location.scriptId) ?? url,
    line: location.lineNumber + 1,
    column: (location.columnNumber ?? 0) + 1,
  };
}

function field(of: object | undefined, name: string): unknown {
  return of === undefined ? undefined : Reflect.get(of, name);
}
