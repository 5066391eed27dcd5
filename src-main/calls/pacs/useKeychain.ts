/** For hosts, which reach the features through this folder. */
export { useKeychain, type Keychain } from '../../interop/Keychain.ts';
