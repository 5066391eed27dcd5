/** The system's own store of secrets, which only some hosts have. */
export interface Keychain {
  /** Only this user on this machine can open what comes out. */
  seal(text: string): Promise<Buffer>;
  open(sealed: Buffer): Promise<string>;
}

/** Asked at each use, since Electron knows only once it is ready. */
let findKeychain: () => Promise<Keychain | null> = () => Promise.resolve(null);

/** Lets this process use the system's keychain from now on. @param find - null where the system has none */
export function useKeychain(find: () => Promise<Keychain | null>): void {
  findKeychain = find;
}

/** The keychain, or null where the host or the system has none. */
export function currentKeychain(): Promise<Keychain | null> {
  return findKeychain();
}
