/** Which account to act in. @default the Pulumi configuration, then the environment */
export interface Connection {
  token: string;
  /** @default https://admin.vps.org/api/v1 */
  endpoint?: string;
}
