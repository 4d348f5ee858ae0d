import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { dashboardsNdjson } from '../core/search/dashboards/saved-objects.ts';
import { sharedAlias } from '../core/search/index-name.ts';
import { checkPreset, runCommand, SetupError, UsageError } from '../deployment/command-line.ts';
import { readSearch } from '../deployment/read-outputs.ts';
import { resolveTarget } from '../deployment/target.ts';
import { presetNamed } from '../presets/presets.ts';
import { TransientStoreError } from '../storage/errors.ts';
import { DashboardsRefusedError, importDashboards } from '../storage/search/import-dashboards.ts';
import { signingFor } from '../storage/search/sign-request.ts';

const USAGE = `Usage: npm run dashboards -- [--preset trends] [--out dashboards.ndjson] [--target aws] [--alias trends-posts]
       npm run dashboards -- --import [--url http://localhost:5601] [--tenant global] [--preset trends] [--target aws]
Prints the dashboards of a preset (use npm run --silent) as saved objects for OpenSearch Dashboards, writes them into a
file, or puts them into a server that runs, over earlier ones of the same names. --target: the alias and the address are
those of the deployed search stage; without it they are those of a server on this machine. --alias: what is read instead.`;

const LOCAL_URL = 'http://localhost:5601';

interface Place {
  readonly alias: string;
  readonly url: string;
}

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      preset: { type: 'string', default: 'trends' },
      target: { type: 'string' },
      alias: { type: 'string' },
      out: { type: 'string' },
      import: { type: 'boolean', default: false },
      url: { type: 'string' },
      tenant: { type: 'string' },
    },
  });
  if (!values.import && (values.url ?? values.tenant) !== undefined)
    throw new UsageError('--url and --tenant are for --import.');
  if (values.import && values.out !== undefined) throw new UsageError('--out is not for --import.');
  const preset = checkPreset(values.preset);
  const place = await findPlace(preset, values);
  const ndjson = dashboardsNdjson({ preset, alias: place.alias, dashboards: presetNamed(preset).dashboards });
  if (values.import) await importInto(place, ndjson, values.tenant);
  else if (values.out !== undefined) await writeInto(values.out, ndjson);
  else process.stdout.write(ndjson);
});

/** A deployed stage is asked only where one is named: dashboards can be had without any. */
async function findPlace(
  preset: string,
  options: { readonly target?: string; readonly alias?: string; readonly url?: string },
): Promise<Place> {
  const outputs = options.target === undefined ? undefined : await readSearch(resolveTarget(options), preset);
  return {
    alias: options.alias ?? outputs?.SearchSettings.alias ?? sharedAlias(preset),
    url: parseUrl(options.url ?? (outputs?.DashboardsUrl || LOCAL_URL)),
  };
}

function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError(`--url is ${JSON.stringify(text)}; allowed is an address such as ${LOCAL_URL}.`);
}

async function importInto({ url }: Place, ndjson: string, tenant: string | undefined): Promise<void> {
  try {
    const { count } = await importDashboards({ url, ndjson, tenant, sign: signingFor(url) });
    console.log(`${count} objects are in OpenSearch Dashboards at ${url}.`);
  } catch (error) {
    if (error instanceof DashboardsRefusedError) throw new SetupError(error.message);
    if (error instanceof TransientStoreError)
      throw new SetupError(`${error.message} Start it, wait for it, or name another with --url.`);
    throw error;
  }
}

async function writeInto(file: string, ndjson: string): Promise<void> {
  try {
    await writeFile(file, ndjson);
    console.error(`${ndjson.trim().split('\n').length} saved objects are in ${file}.`);
  } catch (error) {
    throw new SetupError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
