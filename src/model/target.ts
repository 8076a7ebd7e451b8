export type TargetKind = "project" | "group";

/** How the policy names a target: by full path, or by numeric id. */
export interface TargetReference {
  readonly kind: TargetKind;
  readonly idOrPath: number | string;
}

/** A project or group that GitLab knows. `path` is its `path_with_namespace` or `full_path`. */
export interface Target {
  readonly kind: TargetKind;
  readonly id: number;
  readonly path: string;
}
