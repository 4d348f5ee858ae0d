import { STATE_FOLDER } from '../deployment/target.ts';
import { type Check, firstLine } from './doctor-tools.ts';
import { hasDistribution, OPENSEARCH_VERSION } from './search/distribution.ts';
import { knownSearch, planSearch } from './search/ensure-search.ts';
import { findJdk } from './search/jdk.ts';
import { findMaven } from './search/maven.ts';
import { answeringVersion } from './search/search-server.ts';
import { programFolder, serviceUser } from './search/service-user.ts';
import type { LocalSettings } from './settings.ts';

const NO_SEARCH = 'no search on this machine; everything else works';

/** What search on a laptop needs: one of three ways is enough. */
export function checkSearchTools(settings: LocalSettings): Promise<Check>[] {
  if (settings.search.mode === 'off') return [checkSearch(settings)];
  if (settings.search.url !== '') return [checkSearchUrl(settings)];
  return [checkSearch(settings), checkJava(), checkMaven(settings), checkDocker()];
}

async function checkSearch(settings: LocalSettings): Promise<Check> {
  const options = {
    settings: { ...settings, search: { ...settings.search, mode: 'auto' as const } },
    stateFolder: STATE_FOLDER,
  };
  const isOff = settings.search.mode === 'off';
  const plan = isOff ? { off: 'unset GROUNDSWELL_SEARCH' } : await planSearch(options);
  const isRunning = knownSearch(options) !== undefined;
  return {
    name: 'search',
    isOk: 'url' in plan,
    isNecessary: settings.search.mode === 'required',
    found: isOff
      ? 'off, by GROUNDSWELL_SEARCH'
      : 'off' in plan
        ? 'off'
        : isRunning
          ? `runs at ${plan.url}`
          : `will run at ${plan.url}`,
    consequence: NO_SEARCH,
    remedy: 'off' in plan ? plan.off : '',
  };
}

async function checkSearchUrl({ search: { url, mode } }: LocalSettings): Promise<Check> {
  const version = await answeringVersion(url);
  return {
    name: 'OPENSEARCH_URL',
    isOk: version !== undefined,
    isNecessary: mode === 'required',
    found: version === undefined ? `no OpenSearch answers at ${url}` : `OpenSearch ${version} at ${url}`,
    consequence: NO_SEARCH,
    remedy: 'start that server, or unset OPENSEARCH_URL to use the one of this project',
  };
}

async function checkJava(): Promise<Check> {
  const common = { name: 'Java', isNecessary: false, consequence: 'no search server without Docker or OPENSEARCH_URL' };
  try {
    const { version, home } = await findJdk();
    return { ...common, isOk: true, found: `JDK ${version}, ${home}`, remedy: '' };
  } catch (error) {
    return { ...common, isOk: false, found: 'none that serves', remedy: error instanceof Error ? error.message : '' };
  }
}

async function checkMaven({ cacheFolder }: LocalSettings): Promise<Check> {
  const isFetched = hasDistribution(await programFolder(cacheFolder, serviceUser()));
  const common = {
    name: 'Maven',
    isNecessary: false,
    consequence: 'OpenSearch cannot be fetched: no search server without Docker or OPENSEARCH_URL',
  };
  if (isFetched)
    return { ...common, isOk: true, found: `not needed: OpenSearch ${OPENSEARCH_VERSION} is there`, remedy: '' };
  try {
    const version = await firstLine(await findMaven(), ['--version', '--batch-mode']);
    const found = `${version ?? 'is there'}; fetches OpenSearch on first use: 160 MB, some seconds`;
    return { ...common, isOk: true, found, remedy: '' };
  } catch (error) {
    return { ...common, isOk: false, found: 'none', remedy: error instanceof Error ? error.message : '' };
  }
}

async function checkDocker(): Promise<Check> {
  const version = await firstLine('docker', ['version', '--format', '{{.Server.Version}}']);
  return {
    name: 'Docker',
    isOk: version !== undefined,
    isNecessary: false,
    found: version === undefined ? 'no engine runs' : `${version}; used where Java and Maven are missing or fail`,
    consequence: 'no search server without Java and Maven, or OPENSEARCH_URL',
    remedy: 'start a Docker engine; not needed where Java and Maven are there',
  };
}
