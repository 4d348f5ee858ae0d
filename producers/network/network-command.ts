import type { Source as NetworkName } from '../../core/sources.ts';
import { NETWORKS } from '../../deployment/networks.ts';
import type { ProducerCommand } from '../producer-command.ts';
import { progressLine } from '../progress-line.ts';
import { listenForStop } from '../stop-signals.ts';
import type { Network } from './network.ts';
import { networkUsage, parseNetworkArgs } from './options.ts';
import { runNetwork } from './run-network.ts';

/** `npm run producer:<network>` */
export function networkCommand(
  name: NetworkName,
  network: Network,
  environment: Readonly<Record<string, string | undefined>>,
): ProducerCommand {
  return {
    usage: networkUsage(name, NETWORKS[name].about, network.flags),
    run: (args) =>
      runNetwork({
        name,
        network,
        request: parseNetworkArgs(args, network.flags),
        environment,
        line: progressLine(process.stderr, Date.now),
        signals: listenForStop(Date.now),
        ...(Object.keys(NETWORKS[name].credentials).length === 0 && { printsWithoutApp: true }),
      }),
  };
}
