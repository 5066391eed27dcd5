/** For hosts, which reach the features through this folder. */
export { startChildrenBy } from '../inference/forkChannel.ts';
export type { ChildChannel } from '../inference/ChildChannel.ts';
