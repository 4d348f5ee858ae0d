/** A source as a command: its usage, and what it does with its arguments; returns the exit code. */
export interface ProducerCommand {
  readonly usage: string;
  readonly run: (args: readonly string[]) => Promise<number>;
}
