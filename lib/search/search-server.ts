import type { AccessRole } from '../../core/search/access-roles.ts';
import type { StageFunction } from '../constructs/stage-function.ts';
import type { Panel } from '../observability/panel.ts';

/** The ARNs of those who hold each role. */
export type RoleHolders = Readonly<Record<AccessRole, readonly string[]>>;

/** The search server as the functions of the stage see it: a domain of our own, or one on this machine. */
export interface SearchServer {
  /** Its address, for the functions and the commands. */
  readonly endpoint: string;
  /** Where people open OpenSearch Dashboards; '' where there is none. */
  readonly dashboardsUrl: string;
  /** How it does; `[]` where nobody measures. */
  readonly panels: readonly Panel[];
  /**
   * Which roles of IAM hold which role inside the server, complete when the app is synthesized.
   * @default - the server has no roles of its own
   */
  readonly access?: RoleHolders;
  /** Lets a function store posts. */
  grantWrite(fn: StageFunction): void;
  /** Lets a function look at the indices and remove whole ones. */
  grantTrim(fn: StageFunction): void;
  /** Lets a function apply the template, the policies and the saved objects. */
  grantSetup(fn: StageFunction): void;
}

function anybodyMay(): void {}

/** The server on this machine, which knows no rights. */
export function localSearchServer(endpoint: string): SearchServer {
  return {
    endpoint,
    dashboardsUrl: '',
    panels: [],
    grantWrite: anybodyMay,
    grantTrim: anybodyMay,
    grantSetup: anybodyMay,
  };
}
