/** Whether what listens there is reached from this machine only. */
export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host);

/**
 * A page on the internet can give its own name the address 127.0.0.1 and then read us as its own (DNS rebinding): such a
 * request bears that name. The port is left alone, as `kubectl port-forward` and the like change it.
 */
export const isLoopbackHost = (header: string | undefined): boolean => {
  const [, ipv6, name] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(header ?? "") ?? [];
  return isLoopback(ipv6 ?? name ?? "");
};
