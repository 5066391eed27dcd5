import { userInfo } from 'node:os';

/** The name of the account that runs this process; a plain word where the system does not know one. */
export function accountName(): string {
  try {
    return userInfo().username || 'Reader';
  } catch {
    // Containers run under numbers that no account has.
    return 'Reader';
  }
}
