// Generated from config/gitlab.openapi.yaml by `npm run generate`.

export interface paths {
    "/deploy_tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every deploy token of the instance
         * @description For administrators. The answer names no owner.
         */
        get: operations["listInstanceDeployTokens"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        /**
         * One group
         * @description By id or by full path. A path that the group has left answers 404.
         */
        get: operations["getGroup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{id}/deploy_tokens": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        /**
         * A group's own deploy tokens
         * @description Neither inherited ones nor those of subgroups and projects. Ids ascend.
         */
        get: operations["listGroupDeployTokens"];
        put?: never;
        /**
         * Create a deploy token for a group
         * @description Not idempotent, and for owners only, although a maintainer may list.
         */
        post: operations["createGroupDeployToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{id}/deploy_tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
                /** @description The deploy token's id. */
                token_id: components["parameters"]["tokenId"];
            };
            cookie?: never;
        };
        /**
         * One deploy token of a group
         * @description Since GitLab 14.9.
         */
        get: operations["getGroupDeployToken"];
        put?: never;
        post?: never;
        /**
         * Delete a deploy token of a group
         * @description For owners only.
         */
        delete: operations["deleteGroupDeployToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{id}/descendant_groups": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        /** Every group below a group, at any depth */
        get: operations["listDescendantGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{id}/members/all/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
                /** @description A user's numeric id. */
                user_id: number;
            };
            cookie?: never;
        };
        /**
         * A member of a group, inherited or not
         * @description 404 when that user is no member; administrators need not be one.
         */
        get: operations["getGroupMember"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{id}/projects": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        /**
         * A group's projects
         * @description Pages by number only; there is no keyset.
         */
        get: operations["listGroupProjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which GitLab this is
         * @description Since GitLab 15.2. For any access token with `api`, `read_api` or `read_user`.
         */
        get: operations["getMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/personal_access_tokens/self": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The access token that we use
         * @description Since GitLab 15.5. Also answers for the tokens of projects and groups.
         */
        get: operations["getOwnAccessToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        /**
         * One project
         * @description By id or by path. A path that the project has left answers 301.
         */
        get: operations["getProject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}/deploy_tokens": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        /**
         * A project's own deploy tokens
         * @description Revoked and expired ones too, unless `active=true`. Ids ascend.
         */
        get: operations["listProjectDeployTokens"];
        put?: never;
        /**
         * Create a deploy token for a project
         * @description Not idempotent. The value is shown in this answer and never again.
         */
        post: operations["createProjectDeployToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}/deploy_tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
                /** @description The deploy token's id. */
                token_id: components["parameters"]["tokenId"];
            };
            cookie?: never;
        };
        /**
         * One deploy token of a project
         * @description Since GitLab 14.9.
         */
        get: operations["getProjectDeployToken"];
        put?: never;
        post?: never;
        /**
         * Delete a deploy token of a project
         * @description It stops working at once and its row is gone; a second call answers 404.
         */
        delete: operations["deleteProjectDeployToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/projects/{id}/members/all/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
                /** @description A user's numeric id. */
                user_id: number;
            };
            cookie?: never;
        };
        /**
         * A member of a project, inherited or not
         * @description 404 when that user is no member; administrators need not be one.
         */
        get: operations["getProjectMember"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AccessToken: {
            active: boolean;
            /**
             * Format: date
             * @description A date, not an instant.
             */
            expires_at: string | null;
            /** Format: int64 */
            id: number;
            name: string;
            revoked: boolean;
            scopes: string[];
            /** Format: int64 */
            user_id: number;
        };
        CreatedDeployToken: components["schemas"]["DeployToken"] & {
            /** @description The value. Its form is not fixed. */
            token: string;
        };
        /** @description Neither when it was created nor when it was last used is told, nor by whom, nor whose it is. */
        DeployToken: {
            /** @description Turns true only at the midnight after `expires_at`, so it is not to be relied on. */
            expired: boolean;
            /**
             * Format: date-time
             * @description Null when it never expires. May carry an offset instead of `Z`.
             */
            expires_at: string | null;
            /** Format: int64 */
            id: number;
            name: string;
            revoked: boolean;
            /** @description In GitLab's order, not the order of the request. Later versions may know more. */
            scopes: string[];
            username: string;
        };
        /** @description What GitLab says when it refuses. Proxies may say anything else. */
        Failure: components["schemas"]["FailureMessage"] | components["schemas"]["FailureError"];
        /** @description From checking parameters, from the router, and from OAuth. */
        FailureError: {
            error: string;
            error_description?: string;
            /** @description The scopes of which one would be enough, separated by spaces. */
            scope?: string;
        };
        /** @description From the application. */
        FailureMessage: {
            message: string | {
                error: string;
            };
        };
        /** @enum {string} */
        FeatureAccess: "disabled" | "private" | "enabled" | "public";
        Group: {
            full_path: string;
            /** Format: int64 */
            id: number;
            visibility?: components["schemas"]["Visibility"];
        };
        Member: {
            /** @description 10 Guest, 15 Planner, 20 Reporter, 30 Developer, 40 Maintainer, 50 Owner. */
            access_level: number;
            /** Format: int64 */
            id: number;
        };
        Metadata: {
            enterprise: boolean;
            revision: string;
            /** @description E.g. `17.10.1-ee`. */
            version: string;
        };
        NewDeployToken: {
            /**
             * Format: date-time
             * @description Any instant, in the past too. It never expires when this is absent.
             */
            expires_at?: string | null;
            /** @description Need not be unique. */
            name: string;
            scopes: components["schemas"]["Scope"][];
            /** @description Need not be unique. `gitlab+deploy-token-<id>` when absent or empty. */
            username?: string | null;
        };
        Project: {
            archived?: boolean;
            container_registry_access_level?: components["schemas"]["FeatureAccess"];
            /** Format: int64 */
            id: number;
            package_registry_access_level?: components["schemas"]["FeatureAccess"];
            packages_enabled?: boolean | null;
            path_with_namespace: string;
            repository_access_level?: components["schemas"]["FeatureAccess"];
            visibility?: components["schemas"]["Visibility"];
        };
        /**
         * @description The same list for projects and groups. The virtual registry's work in groups only.
         * @enum {string}
         */
        Scope: "read_repository" | "read_registry" | "write_registry" | "read_package_registry" | "write_package_registry" | "read_virtual_registry" | "write_virtual_registry";
        /** @enum {string} */
        Visibility: "private" | "internal" | "public";
    };
    responses: {
        /** @description Somebody else holds a lock. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Failure"];
            };
        };
        /** @description The token with its value. */
        CreatedDeployToken: {
            headers: {
                Age: components["headers"]["Age"];
                Date: components["headers"]["Date"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CreatedDeployToken"];
            };
        };
        /** @description It is gone. */
        Deleted: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description One page of them. */
        DeployTokens: {
            headers: {
                Age: components["headers"]["Age"];
                Date: components["headers"]["Date"];
                Link: components["headers"]["Link"];
                "X-Next-Page": components["headers"]["X-Next-Page"];
                "X-Page": components["headers"]["X-Page"];
                "X-Per-Page": components["headers"]["X-Per-Page"];
                "X-Prev-Page": components["headers"]["X-Prev-Page"];
                "X-Total": components["headers"]["X-Total"];
                "X-Total-Pages": components["headers"]["X-Total-Pages"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["DeployToken"][];
            };
        };
        /** @description The role is too low (`message`), or the access token's scopes are (`error` is `insufficient_scope`). */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Failure"];
            };
        };
        /** @description A parameter is missing or wrong, or the model refuses a value. `error` comes from the former, `message` from the latter. */
        Invalid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Failure"];
            };
        };
        /** @description The project has another path. */
        Moved: {
            headers: {
                Location: components["headers"]["Location"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The path is one that the project has left; only GET is redirected. */
        NotAllowedForMoved: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Failure"];
            };
        };
        /** @description `404 Project Not Found` or `404 Group Not Found`: absent, or hidden from us. `404 Not found`: the target has no such token. `error` in place of `message`: there is no such route, e.g. since a proxy has decoded `%2F`. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Failure"];
            };
        };
        /** @description The token, without its value. */
        OneDeployToken: {
            headers: {
                Age: components["headers"]["Age"];
                Date: components["headers"]["Date"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["DeployToken"];
            };
        };
        /** @description Not processed. The limit in front of GitLab answers with text, which an administrator may reword, those inside with JSON. */
        RateLimited: {
            headers: {
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Failure"];
                "text/plain": string;
            };
        };
        /** @description The access token is missing or unknown (`message`), expired or revoked (`error` and `error_description`). */
        Unauthorized: {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Failure"];
            };
        };
        /** @description GitLab, or a proxy in front of it, failed. Whether the request was carried out is unknown. */
        Unavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Failure"];
                "text/html": string;
            };
        };
    };
    parameters: {
        /** @description `true` leaves revoked and expired ones out; `false` and absent leave nothing out. */
        active: boolean;
        /** @description Which page, from 1. */
        page: number;
        /** @description How many at most. GitLab reads more than 100 as 100 and refuses 0. */
        perPage: number;
        /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
        target: number | string;
        /** @description The deploy token's id. */
        tokenId: number;
    };
    requestBodies: {
        NewDeployToken: {
            content: {
                "application/json": components["schemas"]["NewDeployToken"];
            };
        };
    };
    headers: {
        /** @description Seconds that the answer spent in a cache. */
        Age: string;
        /** @description GitLab's clock. A proxy may have taken it away. */
        Date: string;
        /** @description The pages' addresses on the host that GitLab is configured with, which need not be the one that was asked. Not to be followed. */
        Link: string;
        /** @description Where it is now, with the numeric id in place of the path. */
        Location: string;
        /** @description Requests allowed in 60 seconds. */
        "RateLimit-Limit": string;
        /** @description What is left of them. */
        "RateLimit-Remaining": string;
        /** @description When the window ends, in seconds since 1970. */
        "RateLimit-Reset": string;
        /** @description How long to wait, in seconds or as an HTTP date. Not every limit sends it. */
        "Retry-After": string;
        /** @description What was wrong with the access token. */
        "WWW-Authenticate": string;
        /** @description The next page's number. Empty on the last page, but there. */
        "X-Next-Page": string;
        /** @description This page's number. */
        "X-Page": string;
        /** @description How many a page holds, once GitLab has cut it to 100. */
        "X-Per-Page": string;
        /** @description The page before. Empty on the first one. */
        "X-Prev-Page": string;
        /** @description How many there are. Absent above 10,000. */
        "X-Total": string;
        /** @description How many pages there are, at least 1. Absent above 10,000. */
        "X-Total-Pages": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listInstanceDeployTokens: {
        parameters: {
            query?: {
                /** @description `true` leaves revoked and expired ones out; `false` and absent leave nothing out. */
                active?: components["parameters"]["active"];
                /** @description Which page, from 1. */
                page?: components["parameters"]["page"];
                /** @description How many at most. GitLab reads more than 100 as 100 and refuses 0. */
                per_page?: components["parameters"]["perPage"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            200: components["responses"]["DeployTokens"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
    getGroup: {
        parameters: {
            query?: {
                /** @description Whether to list up to 100 projects too, which GitLab does unless told not to. */
                with_projects?: boolean;
            };
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            /** @description The group. */
            200: {
                headers: {
                    Age: components["headers"]["Age"];
                    Date: components["headers"]["Date"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
    listGroupDeployTokens: {
        parameters: {
            query?: {
                /** @description `true` leaves revoked and expired ones out; `false` and absent leave nothing out. */
                active?: components["parameters"]["active"];
                /** @description Which page, from 1. */
                page?: components["parameters"]["page"];
                /** @description How many at most. GitLab reads more than 100 as 100 and refuses 0. */
                per_page?: components["parameters"]["perPage"];
            };
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            200: components["responses"]["DeployTokens"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
    createGroupDeployToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["NewDeployToken"];
        responses: {
            "5XX": components["responses"]["Unavailable"];
            201: components["responses"]["CreatedDeployToken"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["NotAllowedForMoved"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
        };
    };
    getGroupDeployToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
                /** @description The deploy token's id. */
                token_id: components["parameters"]["tokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            200: components["responses"]["OneDeployToken"];
            301: components["responses"]["Moved"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
    deleteGroupDeployToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
                /** @description The deploy token's id. */
                token_id: components["parameters"]["tokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            204: components["responses"]["Deleted"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["NotAllowedForMoved"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
        };
    };
    listDescendantGroups: {
        parameters: {
            query?: {
                /** @description Which page, from 1. */
                page?: components["parameters"]["page"];
                /** @description How many at most. GitLab reads more than 100 as 100 and refuses 0. */
                per_page?: components["parameters"]["perPage"];
            };
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            /** @description One page of them. */
            200: {
                headers: {
                    Age: components["headers"]["Age"];
                    Date: components["headers"]["Date"];
                    Link: components["headers"]["Link"];
                    "X-Next-Page": components["headers"]["X-Next-Page"];
                    "X-Page": components["headers"]["X-Page"];
                    "X-Per-Page": components["headers"]["X-Per-Page"];
                    "X-Prev-Page": components["headers"]["X-Prev-Page"];
                    "X-Total": components["headers"]["X-Total"];
                    "X-Total-Pages": components["headers"]["X-Total-Pages"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Group"][];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
    getGroupMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
                /** @description A user's numeric id. */
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            /** @description With the highest access level that the user has there. */
            200: {
                headers: {
                    Age: components["headers"]["Age"];
                    Date: components["headers"]["Date"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
    listGroupProjects: {
        parameters: {
            query?: {
                /** @description Only archived ones, or only the others; both when absent. */
                archived?: boolean;
                /** @description Projects at any depth, not just the group's own. */
                include_subgroups?: boolean;
                /** @description Only projects in which the caller has at least this role. */
                min_access_level?: 5 | 10 | 15 | 20 | 25 | 30 | 40 | 50 | 60;
                /** @description What the list is sorted by. */
                order_by?: "id" | "name" | "path" | "created_at" | "updated_at" | "similarity" | "star_count" | "last_activity_at";
                /** @description Which page, from 1. */
                page?: components["parameters"]["page"];
                /** @description How many at most. GitLab reads more than 100 as 100 and refuses 0. */
                per_page?: components["parameters"]["perPage"];
                /** @description Leaves most fields out. */
                simple?: boolean;
                /** @description Which end comes first. */
                sort?: "asc" | "desc";
                /** @description Also projects of other groups that were shared with this one. */
                with_shared?: boolean;
            };
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            /** @description One page of them. */
            200: {
                headers: {
                    Age: components["headers"]["Age"];
                    Date: components["headers"]["Date"];
                    Link: components["headers"]["Link"];
                    "X-Next-Page": components["headers"]["X-Next-Page"];
                    "X-Page": components["headers"]["X-Page"];
                    "X-Per-Page": components["headers"]["X-Per-Page"];
                    "X-Prev-Page": components["headers"]["X-Prev-Page"];
                    "X-Total": components["headers"]["X-Total"];
                    "X-Total-Pages": components["headers"]["X-Total-Pages"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"][];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
    getMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            /** @description Version and edition. */
            200: {
                headers: {
                    Age: components["headers"]["Age"];
                    Date: components["headers"]["Date"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Metadata"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
    getOwnAccessToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            /** @description The token, without its value. */
            200: {
                headers: {
                    Age: components["headers"]["Age"];
                    Date: components["headers"]["Date"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessToken"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
    getProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            /** @description The project. Features show only to those who may see them. */
            200: {
                headers: {
                    Age: components["headers"]["Age"];
                    Date: components["headers"]["Date"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            301: components["responses"]["Moved"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
    listProjectDeployTokens: {
        parameters: {
            query?: {
                /** @description `true` leaves revoked and expired ones out; `false` and absent leave nothing out. */
                active?: components["parameters"]["active"];
                /** @description Which page, from 1. */
                page?: components["parameters"]["page"];
                /** @description How many at most. GitLab reads more than 100 as 100 and refuses 0. */
                per_page?: components["parameters"]["perPage"];
            };
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            200: components["responses"]["DeployTokens"];
            301: components["responses"]["Moved"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
    createProjectDeployToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["NewDeployToken"];
        responses: {
            "5XX": components["responses"]["Unavailable"];
            201: components["responses"]["CreatedDeployToken"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["NotAllowedForMoved"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
        };
    };
    getProjectDeployToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
                /** @description The deploy token's id. */
                token_id: components["parameters"]["tokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            200: components["responses"]["OneDeployToken"];
            301: components["responses"]["Moved"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
    deleteProjectDeployToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
                /** @description The deploy token's id. */
                token_id: components["parameters"]["tokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            204: components["responses"]["Deleted"];
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["NotAllowedForMoved"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
        };
    };
    getProjectMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric id, or the full path with each `/` sent as `%2F`. Digits alone are taken for an id. */
                id: components["parameters"]["target"];
                /** @description A user's numeric id. */
                user_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            "5XX": components["responses"]["Unavailable"];
            /** @description With the highest access level that the user has there. */
            200: {
                headers: {
                    Age: components["headers"]["Age"];
                    Date: components["headers"]["Date"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
        };
    };
}
