/** The pinned API server. */
import type { ClusterOptions } from '../src/verify/apiserver/cluster.js';
import { type ApiServer, startServer } from '../src/verify/apiserver/server.js';
import { buildEngine } from './build.js';

export async function startApiServer(options: ClusterOptions = {}): Promise<ApiServer> {
  const programs = { etcd: await buildEngine('etcd'), apiserver: await buildEngine('apiserver') };
  return startServer(programs, options);
}
