/** How to sign in to a DICOMweb service; DIMSE knows titles only. */
export interface Credentials {
  user?: string;
  password?: string;
  /** Sent as a bearer token instead of user and password. */
  token?: string;
}
