import { NotificationError } from "../model/errors.ts";

/** Foreign errors repeat URLs, so of theirs only the code is shown, and none is kept as a cause. */
export const postFailure = (error: unknown, origin: string): NotificationError => {
  const code = codeOf(error);
  const suffix = code === undefined ? "" : ` (${code})`;
  if (isUntrusted(code))
    return new NotificationError(
      `no trusted TLS connection to ${origin}${suffix}; for a private certificate authority set NODE_EXTRA_CA_CERTS`,
      { mayPass: false },
    );
  if (isTimeout(error, code))
    return new NotificationError(`${origin} did not answer in time${suffix}`, { mayPass: true });
  return new NotificationError(`${origin} cannot be reached, or broke the connection${suffix}`, {
    mayPass: true,
  });
};

const codeOf = (error: unknown, depth = 0): string | undefined => {
  if (!(error instanceof Error) || depth > 8) return undefined;
  const own: unknown = Reflect.get(error, "code");
  if (typeof own === "string" && /^[A-Z][A-Z0-9_]{2,60}$/.test(own)) return own;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return codeOf(inner, depth + 1);
};

const isUntrusted = (code: string | undefined): boolean =>
  code !== undefined &&
  /^(ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_|HOSTNAME_MISMATCH)/.test(code);

const isTimeout = (error: unknown, code: string | undefined): boolean =>
  (error instanceof Error && error.name === "TimeoutError") || /TIMEOUT|TIMEDOUT/.test(code ?? "");
