import {
  type GroupRow,
  groupAt,
  isBelow,
  type ProjectRow,
  parentPath,
  projectAt,
  type TargetKind,
  type Visibility,
  type WorldState,
} from "./state.ts";

export interface AddGroup {
  readonly path: string;
  readonly name?: string;
  readonly visibility?: Visibility;
}

export interface ProjectSettings {
  readonly description?: string | null;
  readonly visibility?: Visibility;
  readonly archived?: boolean;
  readonly repository?: boolean;
  readonly repositoryEnabled?: boolean;
  readonly registryEnabled?: boolean;
  readonly packagesEnabled?: boolean;
}

export interface AddProject extends ProjectSettings {
  readonly path: string;
}

export interface Placed {
  readonly id: number;
  readonly path: string;
}

export interface NamespaceDesk {
  /** Parents are made as needed; a group that exists is changed. */
  addGroup(group: AddGroup): Placed;
  addProject(project: AddProject): Placed;
  updateProject(path: string, settings: ProjectSettings): void;
  /** With its deploy tokens. */
  removeProject(path: string): void;
  /** With everything below it. */
  removeGroup(path: string): void;
  /** The old path answers GETs with a redirect from then on. */
  moveProject(path: string, newPath: string): void;
  shareProject(path: string, groupPath: string): void;
}

const DEFAULTS = {
  description: null,
  visibility: "private",
  archived: false,
  repository: true,
  repositoryEnabled: true,
  registryEnabled: true,
  packagesEnabled: true,
} as const satisfies Required<ProjectSettings>;

const removeTokens = (state: WorldState, kind: TargetKind, targetId: number): void => {
  for (const token of state.deployTokens.values()) {
    if (token.kind === kind && token.targetId === targetId) state.deployTokens.delete(token.id);
  }
};

export const createNamespaceDesk = (state: WorldState, now: () => Date): NamespaceDesk => {
  const project = (path: string): ProjectRow => {
    const found = projectAt(state, path);
    if (found === undefined) throw new Error(`the world has no project ${path}`);
    return found;
  };
  const group = (path: string): GroupRow => {
    const found = groupAt(state, path);
    if (found === undefined) throw new Error(`the world has no group ${path}`);
    return found;
  };
  const addGroup = ({ path, name, visibility }: AddGroup): Placed => {
    if (parentPath(path) !== "" && groupAt(state, parentPath(path)) === undefined) {
      addGroup({ path: parentPath(path), ...(visibility && { visibility }) });
    }
    const found = groupAt(state, path);
    const row: GroupRow = {
      id: found?.id ?? state.nextId.group++,
      path,
      name: name ?? found?.name ?? path.slice(parentPath(path).length).replace(/^\//, ""),
      visibility: visibility ?? found?.visibility ?? "private",
      createdAt: found?.createdAt ?? now(),
    };
    state.groups.set(row.id, row);
    return { id: row.id, path };
  };
  const parentsOf = (path: string): void => {
    const parent = parentPath(path);
    if (parent === "") throw new Error(`a project lives in a group: ${path}`);
    if (groupAt(state, parent) === undefined) addGroup({ path: parent });
  };
  const removeProject = (path: string): void => {
    const { id } = project(path);
    removeTokens(state, "project", id);
    state.projects.delete(id);
  };
  return {
    addGroup,
    removeProject,
    addProject: ({ path, ...settings }) => {
      if (projectAt(state, path) !== undefined) throw new Error(`the world already has a project ${path}`);
      parentsOf(path);
      const row = {
        ...DEFAULTS,
        ...settings,
        id: state.nextId.project++,
        path,
        createdAt: now(),
        sharedWith: [],
      };
      state.projects.set(row.id, row);
      state.redirects.delete(path);
      return { id: row.id, path };
    },
    updateProject: (path, settings) => void Object.assign(project(path), settings),
    removeGroup: (path) => {
      for (const { path: inner } of [...state.projects.values()])
        if (isBelow(inner, path)) removeProject(inner);
      for (const each of [group(path), ...state.groups.values()]) {
        if (each.path !== path && !isBelow(each.path, path)) continue;
        removeTokens(state, "group", each.id);
        state.groups.delete(each.id);
      }
    },
    moveProject: (path, newPath) => {
      const row = project(path);
      parentsOf(newPath);
      row.path = newPath;
      state.redirects.set(path, row.id);
      state.redirects.delete(newPath);
      for (const { roles } of state.personalAccessTokens.values()) {
        if (roles?.[path] !== undefined) roles[newPath] = roles[path];
      }
    },
    shareProject: (path, groupPath) => void project(path).sharedWith.push(group(groupPath).id),
  };
};
