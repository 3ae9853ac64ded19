declare module "proxy-from-env" {
  /** The proxy that `*_PROXY` and `NO_PROXY` name for a URL, or an empty text. */
  export function getProxyForUrl(url: string): string;
}
