import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { readDescription, resolve } from "./gitlab-description.ts";

type Json = Readonly<Record<string, unknown>>;

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly request_body: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: unknown;
}

export interface Schemas {
  /** `GET /projects/{id}`; `undefined` for what our document does not describe. */
  routeOf(exchange: Exchange): string | undefined;
  /** What in a recorded exchange our document does not allow. */
  problems(exchange: Exchange): readonly string[];
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

export const readSchemas = (file: URL | string): Schemas => {
  const document = readDescription(file);
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  ajv.addFormat("date-time", (text: string) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)));
  ajv.addFormat("date", /^\d{4}-\d{2}-\d{2}$/);
  ajv.addFormat("int64", true);
  ajv.addSchema({ ...document, $id: "gitlab" });
  const paths = document["paths"] as Record<string, Record<string, Json>>;

  const templateOf = ({ method, path }: Exchange): string | undefined => {
    const asked = path.replace(/^\/api\/v4/, "").replace(/\?.*$/, "");
    return Object.keys(paths).find(
      (template) =>
        paths[template]?.[method.toLowerCase()] !== undefined &&
        new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`).test(asked),
    );
  };

  const validate = (schema: unknown, value: unknown, what: string): readonly string[] => {
    const compiled = ajv.compile(pointIntoDocument(schema) as Json);
    return compiled(value)
      ? []
      : (compiled.errors ?? []).map((error: ErrorObject) => `${what}${error.instancePath}: ${error.message}`);
  };

  const problems = (exchange: Exchange): readonly string[] => {
    const operation = paths[templateOf(exchange) ?? ""]?.[exchange.method.toLowerCase()];
    const responses = (operation?.["responses"] ?? {}) as Record<string, unknown>;
    const answer = responses[exchange.status] ?? responses[`${String(exchange.status)[0]}XX`];
    if (answer === undefined) return [`status ${exchange.status} is not described`];
    const response = resolve(document, answer);
    const schema = jsonSchemaOf(response);
    const request = jsonSchemaOf(resolve(document, operation?.["requestBody"]));
    return [
      ...(request === undefined ? [] : validate(request, exchange.request_body, "request")),
      ...(schema === undefined
        ? exchange.body === ""
          ? []
          : ["a body where none is described"]
        : validate(schema, exchange.body, "body")),
      ...headerProblems(response, exchange),
    ];
  };

  const headerProblems = (response: Json, { headers }: Exchange): readonly string[] => {
    const sent = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
    return Object.entries((response["headers"] ?? {}) as Json).flatMap(([name, header]) => {
      const { required, schema } = resolve(document, header);
      const value = sent.get(name.toLowerCase());
      if (value === undefined) return required === true ? [`header ${name} is missing`] : [];
      return validate(schema, value, `header ${name}`);
    });
  };

  return {
    problems,
    routeOf: (exchange) => {
      const template = templateOf(exchange);
      return template && `${exchange.method} ${template}`;
    },
  };
};

const jsonSchemaOf = (holder: Json): unknown =>
  ((holder["content"] as Json | undefined)?.["application/json"] as Json | undefined)?.["schema"];

/** References in a piece of the document are to the document. */
const pointIntoDocument = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    key === "$ref" && typeof value === "string" && value.startsWith("#") ? `gitlab${value}` : value,
  );
