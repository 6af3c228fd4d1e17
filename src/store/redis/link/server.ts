/** The properties of a server, from its `INFO`. */
export interface Server {
  version: string
  isMaster: boolean
  isLoading: boolean
  isCluster: boolean
  /** The id of its replication history (`master_replid`); it changes with each restart and each promotion. */
  history: string
  /** Whether it is a former replica that was promoted to master. */
  wasPromoted: boolean
  hasReplicas: boolean
  /** Whether its append-only file is on. */
  hasLog: boolean
}

/** Parses the reply of `INFO`. */
export function describeServer(info: string): Server {
  const values = new Map(Array.from(info.matchAll(/^(\w+):(.*?)\r?$/gm), ([, name, value]) => [name!, value!]))
  return {
    version: values.get('redis_version') ?? '0',
    isMaster: values.get('role') === 'master',
    isLoading: values.get('loading') === '1',
    isCluster: values.get('cluster_enabled') === '1',
    history: values.get('master_replid') ?? '',
    wasPromoted: values.get('second_repl_offset') !== '-1',
    hasReplicas: values.get('connected_slaves') !== '0',
    hasLog: values.get('aof_enabled') === '1',
  }
}

/** Whether the server has neither restarted nor changed its role in between, so that it still has all its data. */
export function isSameServer(one: Server, other: Server): boolean {
  return one.history === other.history && one.isMaster === other.isMaster
}
