import { type Estate, expiresAt, firstNewToken, lineages, nameOf, SCOPES, tokenId } from "./estate.ts";
import { json, paged } from "./gitlab-answers.ts";
import type { Answer } from "./server.ts";

/** A token that was created since the reset. */
interface Made {
  readonly id: number;
  readonly project: number;
  readonly name: string;
  readonly username: string;
  readonly expiresAt: string;
  readonly scopes: readonly string[];
  readonly value: string;
}

const seedText = (estate: Estate, lineage: number): string => {
  const id = tokenId(lineage);
  const expires = new Date(expiresAt(estate, lineage)).toISOString();
  return `{"id":${id},"name":"${nameOf(estate, lineage)}","username":"gitlab+deploy-token-${id}","expires_at":"${expires}","scopes":${JSON.stringify(SCOPES)},"revoked":false,"expired":false}`;
};

const madeEntity = ({ id, name, username, expiresAt, scopes }: Made): object => ({
  id,
  name,
  username,
  expires_at: expiresAt,
  scopes,
  revoked: false,
  expired: false,
});

export interface DeployTokens {
  /** Every one of the project, as JSON. */
  rowsOf(project: number): readonly string[];
  /** A page of the whole instance's. */
  all(route: string, url: string): Answer;
  create(route: string, project: number, body: string): Answer;
  /** GET or DELETE of one. */
  one(method: string, project: number, id: number): Answer;
  /** Whether somebody may log in so. */
  knows(username: string | undefined, value: string | undefined): boolean;
}

/** The estate's by formula; only those that came or went since are kept. */
export const createDeployTokens = (estate: Estate): DeployTokens => {
  const made = new Map<number, Made>();
  const deleted = new Set<number>();
  let nextToken = firstNewToken(estate);

  const rowsOf = (project: number): string[] => {
    const rows: string[] = [];
    const first = project * estate.tokensPerProject;
    for (let lineage = first; lineage < first + estate.tokensPerProject; lineage += 1)
      if (!deleted.has(tokenId(lineage))) rows.push(seedText(estate, lineage));
    for (const each of made.values())
      if (each.project === project) rows.push(JSON.stringify(madeEntity(each)));
    return rows;
  };

  const all = (route: string, url: string): Answer => {
    const created = [...made.values()];
    const seeds = lineages(estate);
    return paged(route, url, {
      total: seeds + created.length,
      row: (index) =>
        index < seeds ? seedText(estate, index) : JSON.stringify(madeEntity(created[index - seeds] as Made)),
    });
  };

  const create = (route: string, project: number, body: string): Answer => {
    const asked = JSON.parse(body) as {
      name: string;
      username: string;
      scopes: string[];
      expires_at: string;
    };
    const id = nextToken;
    nextToken += 1;
    const token: Made = {
      id,
      project,
      name: asked.name,
      username: asked.username,
      expiresAt: new Date(asked.expires_at).toISOString(),
      scopes: asked.scopes,
      value: `gldt-${Buffer.from(String(id)).toString("base64url").padEnd(20, "x")}`,
    };
    made.set(id, token);
    return json(route, 201, JSON.stringify({ ...madeEntity(token), token: token.value }));
  };

  const one = (method: string, project: number, id: number): Answer => {
    const route = `${method} /projects/:id/deploy_tokens/:token_id`;
    const text = rowsOf(project).find((row) => (JSON.parse(row) as { id: number }).id === id);
    if (text === undefined) return json(route, 404, `{"message":"404 Not found"}`);
    if (method !== "DELETE") return json(route, 200, text);
    if (!made.delete(id)) deleted.add(id);
    return { route, status: 204 };
  };

  return {
    rowsOf,
    all,
    create,
    one,
    knows: (username, value) =>
      [...made.values()].some((each) => each.value === value && each.username === username),
  };
};
