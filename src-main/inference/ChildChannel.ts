/**
 * A started child process and the way to talk to it. The shell makes one of Electron's `utilityProcess`,
 * everything else takes `forkChannel`; both carry typed arrays by structured clone.
 */
export interface ChildChannel {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, however the child ended. */
  onExit(listener: () => void): void;
  /** While nothing is asked of it, a child must not keep its parent alive. */
  holdParent(isHeld: boolean): void;
  kill(): void;
}

/** Starts one child. */
export type StartChild = () => ChildChannel;
