/** What a server says of itself. */
export interface Server {
  version: string
  isMaster: boolean
  isLoading: boolean
  isCluster: boolean
  /** Names the history of its data: another after each restart and each promotion. */
  history: string
  /** Whether it has become what it is by taking another's place. */
  wasPromoted: boolean
  hasReplicas: boolean
  /** Whether it writes every command to a file. */
  hasLog: boolean
}

/** Reads what `INFO` answers. */
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

/** Whether it is the same server in the same life, and so has all that it had. */
export function isSameServer(one: Server, other: Server): boolean {
  return one.history === other.history && one.isMaster === other.isMaster
}
