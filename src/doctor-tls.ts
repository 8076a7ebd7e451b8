import { isIP } from "node:net";
import { connect, type PeerCertificate, type TLSSocket } from "node:tls";
import type { TlsFacts } from "./plan/doctor-url.ts";

const WITHIN = 10_000;

/** Meets the server, looks at its certificate and leaves: nothing is sent. Never through a proxy. */
export const meetTls = (url: string): Promise<TlsFacts> => {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== "https:") return Promise.resolve({ kind: "plain" });
  const host = hostname.replaceAll(/[[\]]/g, "");
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: port === "" ? 443 : Number(port),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      // A certificate that is not trusted is what we came to tell of.
      rejectUnauthorized: false,
      timeout: WITHIN,
    });
    const end = (facts: TlsFacts): void => {
      socket.destroy();
      resolve(facts);
    };
    socket.once("secureConnect", () => end(met(socket)));
    socket.once("timeout", () => end({ kind: "failed", message: "no answer in ten seconds" }));
    socket.once("error", (error) => end({ kind: "failed", message: shortly(error) }));
  });
};

const met = (socket: TLSSocket): TlsFacts => {
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate();
  const validTo = new Date(certificate.valid_to ?? Number.NaN);
  const { O, CN } = certificate.issuer ?? {};
  return {
    kind: "met",
    protocol: socket.getProtocol() ?? "TLS",
    validTo: Number.isNaN(validTo.getTime()) ? undefined : validTo,
    issuer: [CN, O].flat().find((name) => name !== undefined) ?? "an unnamed issuer",
    problem: socket.authorized ? undefined : problemOf(socket.authorizationError),
  };
};

/** Declared as an error, and in truth its code. */
const problemOf = (error: Error | string | null | undefined): string =>
  error instanceof Error ? error.message : (error ?? "no reason given");

const shortly = (error: Error): string =>
  "code" in error && typeof error.code === "string" ? error.code : error.message.slice(0, 200);
