/** Which account to act in. @default the Pulumi configuration, then the environment */
export interface Connection {
  /** The API token. */
  token: string;
  /**
   * The API's base; plain http only to this machine.
   *
   * @default https://admin.vps.org/api/v1
   */
  endpoint?: string;
}
