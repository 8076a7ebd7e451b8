/** Scheme and host in lower case, no default port, no trailing slash; a relative root stays. */
export const normaliseUrl = (text: string): string => {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.replace(/\/+$/, "")}`;
};

/** `host[:port][/relative root]`. A tag cannot hold the brackets of an IPv6 address. */
export const instanceOf = (url: string): string => {
  const { host, pathname } = new URL(url);
  return `${host.replaceAll(/[[\]]/g, "")}${pathname.replace(/\/+$/, "")}`;
};

export const isLoopback = (url: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
