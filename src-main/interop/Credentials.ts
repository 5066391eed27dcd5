/** How to sign in to a DICOMweb service, for DIMSE knows titles only; or what proves who we are. */
export interface Credentials {
  user?: string;
  password?: string;
  /** Sent as a bearer token instead of user and password. */
  token?: string;
  /** The private key of a certificate of ours, as PEM. */
  key?: string;
}
