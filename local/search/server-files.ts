import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ServiceUser } from './service-user.ts';

/** What a server is started with. */
export interface ServerConfig {
  /** On 127.0.0.1. */
  readonly port: number;
  /** An absolute path of a folder of its own: what it holds is kept here, and its name is part of its command line. */
  readonly folder: string;
  /** Heap of the server, in MiB. */
  readonly memoryMib: number;
  /** More of `opensearch.yml`, as in `{'thread_pool.write.queue_size': 3}`; wins over ours. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** What we set whatever runs the server. */
export const COMMON_SETTINGS = {
  'discovery.type': 'single-node',
  // A laptop with a full disk still shows posts.
  'cluster.routing.allocation.disk.threshold_enabled': false,
} as const;

// Reasons go to stdout, which is our log file.
const LOG4J = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
logger.deprecation.name = org.opensearch.deprecation
logger.deprecation.level = error
`;

/** `opensearch.yml`: each value is JSON, which is YAML too. */
export function opensearchYml({ port, folder, settings }: ServerConfig, clusterName: string): string {
  const all = {
    ...COMMON_SETTINGS,
    'cluster.name': clusterName,
    'network.host': '127.0.0.1',
    'http.port': port,
    // Nobody connects to it, so the system chooses.
    'transport.port': 0,
    'path.data': join(folder, 'data'),
    'path.logs': join(folder, 'logs'),
    'node.store.allow_mmap': false,
    ...settings,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('');
}

/**
 * The arguments of `java` that start OpenSearch, which its own script takes three times as long to find out.
 * @param home folder of the distribution, which is also the working folder: the agent's path is relative
 */
export function javaArguments(home: string, { folder, memoryMib }: ServerConfig): string[] {
  return [
    `-Xms${memoryMib}m`,
    `-Xmx${memoryMib}m`,
    // With SerialGC the circuit breaker counts garbage, and answers 429 under load.
    '-XX:+UseG1GC',
    '-XX:TieredStopAtLevel=1',
    '-javaagent:agent/opensearch-agent.jar',
    '--enable-native-access=ALL-UNNAMED',
    '-Djava.locale.providers=SPI,CLDR',
    `-Djava.io.tmpdir=${join(folder, 'tmp')}`,
    `-Djna.tmpdir=${join(folder, 'tmp')}`,
    '-Dio.netty.noUnsafe=true',
    // Else log4j ends before the server does, which then ends in the middle.
    '-Dlog4j.shutdownHookEnabled=false',
    '-Dlog4j2.disable.jmx=true',
    `-Dopensearch.path.home=${home}`,
    `-Dopensearch.path.conf=${join(folder, 'conf')}`,
    '-Dopensearch.distribution.type=zip',
    '-Dopensearch.bundled_jdk=false',
    '-cp',
    join(home, 'lib', '*'),
    'org.opensearch.bootstrap.OpenSearch',
  ];
}

/** Writes what the server reads, and makes the folders that it writes, for the user who will run it. */
export async function prepareFolder(
  config: ServerConfig,
  clusterName: string,
  user: ServiceUser | undefined,
): Promise<void> {
  const { folder } = config;
  const folders = ['conf', 'data', 'logs', 'tmp'].map((name) => join(folder, name));
  for (const path of folders) await mkdir(path, { recursive: true });
  const files: [path: string, content: string][] = [
    [join(folder, 'conf', 'opensearch.yml'), opensearchYml(config, clusterName)],
    [join(folder, 'conf', 'log4j2.properties'), LOG4J],
  ];
  for (const [path, content] of files) await writeFile(path, content);
  if (user === undefined) return;
  for (const path of [folder, ...folders, ...files.map(([file]) => file)]) await chown(path, user.uid, user.gid);
}
