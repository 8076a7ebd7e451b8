/** The access token that the program itself uses, of a person, a project or a group. Never its value. */
export interface AccessToken {
  readonly id: number;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly active: boolean;
  /** The first instant of the day on which GitLab refuses it, in UTC; absent when it never expires. */
  readonly expiresAt: Date | undefined;
}
