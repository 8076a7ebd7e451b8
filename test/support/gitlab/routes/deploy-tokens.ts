import type { Answer } from "../../http/call.ts";
import { groupOf, projectOf, roleAt } from "../access.ts";
import { forbidden, json, noContent, rowNotFound } from "../answers.ts";
import { callerOf, requireCaller, requireScope, scopesFor } from "../caller.ts";
import { createdDeployToken, deployTokenEntity } from "../deploy-token-entity.ts";
import { admitDeployToken, readDeployToken } from "../deploy-token-parameters.ts";
import { paginate, readPaging } from "../pagination.ts";
import { boolean, check, integer, parametersOf } from "../parameters.ts";
import type { Handler, Route, RoutedCall, Site } from "../site.ts";
import { type DeployTokenRow, isActive, type TargetKind } from "../state.ts";

const MAINTAINER = 40;
const OWNER = 50;

interface Place {
  readonly kind: TargetKind;
  readonly targetId: number;
}

/** Who asks, whether they see the target, and whether their role is enough: in GitLab's order. */
const enter = (site: Site, call: RoutedCall, kind: TargetKind): Place => {
  const caller = callerOf(site, call);
  const target = kind === "project" ? projectOf(site, call, caller) : groupOf(site, call, caller);
  const needed = kind === "group" && call.method !== "GET" && call.method !== "HEAD" ? OWNER : MAINTAINER;
  if (roleAt(caller, target.path) < needed) throw forbidden();
  return { kind, targetId: target.id };
};

const at = (site: Site, place: Place): DeployTokenRow[] =>
  [...site.state.deployTokens.values()].filter(
    ({ kind, targetId }) => kind === place.kind && targetId === place.targetId,
  );

const listOf = (site: Site, call: RoutedCall, rowsOf: () => readonly DeployTokenRow[]): Answer => {
  const { active, paging } = check(parametersOf(call), (checker) => ({
    active: boolean(checker, "active") ?? false,
    paging: readPaging(checker),
  }));
  const rows = rowsOf().filter((row) => !active || isActive(row, site.now()));
  const entity = (row: DeployTokenRow) => deployTokenEntity(row, site.now());
  return paginate(site, call, { rows: rows.toSorted((a, b) => a.id - b.id), paging, entity });
};

const list =
  (kind: TargetKind): Handler =>
  (site, call) =>
    listOf(site, call, () => at(site, enter(site, call, kind)));

/** Administrators only, and no word about which project or group a token belongs to. */
const listAll: Handler = (site, call) =>
  listOf(site, call, () => {
    const caller = requireCaller(site, call);
    requireScope(caller, scopesFor(call.method));
    if (!caller.admin) throw forbidden();
    return [...site.state.deployTokens.values()];
  });

const create =
  (kind: TargetKind): Handler =>
  (site, call) => {
    const wanted = readDeployToken(parametersOf(call));
    const place = enter(site, call, kind);
    const { refusals } = site.faults.replicaLag;
    const row = site.book.insert({ ...admitDeployToken(wanted), ...place, revoked: false, refusals }, "api");
    return json(201, createdDeployToken(row, site.now()));
  };

const one = (site: Site, call: RoutedCall, kind: TargetKind): DeployTokenRow => {
  const id = check({ ...call.params }, (checker) => integer(checker, "token_id"));
  const row = at(site, enter(site, call, kind)).find((each) => each.id === id);
  if (row === undefined) throw rowNotFound();
  return row;
};

const get =
  (kind: TargetKind): Handler =>
  (site, call) =>
    json(200, deployTokenEntity(one(site, call, kind), site.now()));

const remove =
  (kind: TargetKind): Handler =>
  (site, call) => {
    site.book.remove(one(site, call, kind).id, "api");
    return noContent();
  };

const below = (kind: TargetKind): readonly Route[] => {
  const root = `/api/v4/${kind}s/:id/deploy_tokens`;
  return [
    { method: "GET", template: root, handle: list(kind) },
    { method: "POST", template: root, handle: create(kind) },
    { method: "GET", template: `${root}/:token_id`, handle: get(kind) },
    { method: "DELETE", template: `${root}/:token_id`, handle: remove(kind) },
  ];
};

export const deployTokenRoutes: readonly Route[] = [
  { method: "GET", template: "/api/v4/deploy_tokens", handle: listAll },
  ...below("project"),
  ...below("group"),
];
