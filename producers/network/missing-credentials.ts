import { SOURCES, type Source } from '../../core/sources.ts';
import { NETWORKS, type NetworkFacts } from '../../deployment/networks.ts';

/**
 * Says which credentials of a network are missing, where to get them, and what needs none: a line each.
 * @param names at least one
 */
export function missingCredentials(name: Source, names: readonly string[]): string {
  const { title, credentials }: NetworkFacts = NETWORKS[name];
  const exports = names.map((each) => `${each} (${credentials[each] ?? 'see its documentation'})`);
  return [
    `${title} is read with credentials, and ${names.length === 1 ? 'one is' : 'some are'} missing: ${exports.join('; ')}.`,
    `Put ${names.length === 1 ? 'it' : 'them'} into the environment, never on the command line, or, deployed with -c producers=${name}, into the secret that \`npm run deploy\` names.`,
    `Without any key: ${keylessCommands().join(', ')}.`,
  ].join('\n');
}

function keylessCommands(): string[] {
  return SOURCES.filter((source) => Object.keys(NETWORKS[source].credentials).length === 0).map(
    (source) => `npm run producer:${source}`,
  );
}
