import type { Chronicle, Happening, Kind } from "./chronicle.ts";
import { type Lineage, ROTATION, readRecord, tokenOfVersion } from "./lineages.ts";
import type { Exchange } from "./wire.ts";
import type { World } from "./world.ts";

const OPERATIONS: Readonly<Record<string, Kind>> = {
  CreateSecret: "ensure",
  TagResource: "record",
  PutSecretValue: "put",
};

const kindOf = ({ system, method, path, operation }: Exchange): Kind => {
  if (system === "aws") return OPERATIONS[operation] ?? "read";
  if (!path.includes("/deploy_tokens"))
    return path.startsWith("/api/v4") && !path.includes("/packages/") ? "read" : "verify";
  return method === "POST" ? "create" : method === "DELETE" ? "delete" : "read";
};

interface Body {
  readonly name?: string;
  readonly expires_at?: string;
  readonly Name?: string;
  readonly SecretId?: string;
  readonly ClientRequestToken?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

const parse = (text: string): Body => {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return {};
  }
};

/** Turns requests into happenings. What came of one is read from the simulators themselves: answers may lie, or be lost. */
export const createWitness = (world: World, chronicle: Chronicle) => {
  const { gitlab, aws, lineages } = world;
  const asked = new Map<string, number>();

  const lineageAt = (path: string, name: string | undefined): Lineage | undefined => {
    const [, kind, id] = /\/(project|group)s\/(\d+)\//.exec(path) ?? [];
    return lineages.find((each) => each.kind === kind && each.targetId === Number(id) && each.token === name);
  };
  const nameOf = (secretId: string | undefined): string | undefined =>
    secretId === undefined ? undefined : (/:secret:(.+)-.{6}$/.exec(secretId)?.[1] ?? secretId);
  const deleted = ({ path }: Exchange): number => Number(/\d+$/.exec(path)?.[0]);

  const madeBy = (exchange: Exchange, body: Body): number | undefined => {
    const { createdHistory } = gitlab.world;
    const entry = createdHistory.findLast(({ id, name, by, at }) => {
      if (by !== "api" || name !== body.name || at.getTime() < exchange.arrivedAt) return false;
      const row = gitlab.world.findDeployToken(id);
      return row?.expiresAt?.getTime() === Date.parse(body.expires_at ?? "") && !chronicle.made.has(id);
    });
    return entry?.id;
  };

  const startOf = (exchange: Exchange): Happening => {
    const { child, arrivedAt: at, path } = exchange;
    const kind = kindOf(exchange);
    const body = parse(exchange.body);
    const base = { at, kind, phase: "arrived", child } as const;
    if (kind === "delete") {
      const tokenId = deleted(exchange);
      return { ...base, tokenId, secret: chronicle.made.get(tokenId)?.secret };
    }
    if (kind === "create") return { ...base, secret: lineageAt(path, body.name)?.secret };
    if (exchange.system === "gitlab") return { ...base, secret: undefined };
    const secret = nameOf(body.SecretId ?? body.Name);
    const key = `${child} ${secret}`;
    if (exchange.operation === "DescribeSecret") asked.set(key, at);
    const record = readRecord(body.Tags?.find(({ Key }) => Key === ROTATION)?.Value);
    return {
      ...base,
      secret,
      record,
      tokenId: tokenOfVersion(body.ClientRequestToken ?? ""),
      askedAt: asked.get(key),
    };
  };

  const cameTrue = (exchange: Exchange, start: Happening): boolean => {
    const body = parse(exchange.body);
    const stored = start.secret === undefined ? undefined : aws?.world.secret(start.secret);
    switch (start.kind) {
      case "record":
        return stored?.tags[ROTATION] === body.Tags?.find(({ Key }) => Key === ROTATION)?.Value;
      case "put":
        return stored?.versions.some(({ id }) => id === body.ClientRequestToken) === true;
      case "ensure":
        return stored !== undefined;
      case "delete":
        return gitlab.world.deletionHistory.some(({ id }) => id === start.tokenId);
      default:
        return true;
    }
  };

  return {
    arrived: startOf,
    settled: (exchange: Exchange, status: number | undefined): Happening => {
      const start = startOf(exchange);
      const at = Date.now();
      if (start.kind === "create") {
        const id = madeBy(exchange, parse(exchange.body));
        if (id === undefined) return { ...start, at, phase: "refused" };
        const expires = Date.parse(parse(exchange.body).expires_at ?? "");
        chronicle.made.set(id, { id, secret: start.secret, by: exchange.child, at, expires });
        return { ...start, at, phase: "committed", tokenId: id };
      }
      if (start.kind === "delete" && status === 204 && start.tokenId !== undefined)
        chronicle.deleters.set(start.tokenId, exchange.child);
      return { ...start, at, phase: cameTrue(exchange, start) ? "committed" : "refused" };
    },
  };
};
