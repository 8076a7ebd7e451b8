import { readFileSync } from "node:fs";
import { parse } from "yaml";

type Json = Readonly<Record<string, unknown>>;

/** What a description states, one statement a line: comparable whatever version of OpenAPI it is written in. */
export type Statements = ReadonlyMap<string, string>;

export const readDescription = (file: URL | string): Json =>
  parse(readFileSync(file, "utf8"), { merge: true }) as Json;

const METHODS = ["get", "post", "put", "patch", "delete"];

export const statementsOf = (description: Json): Statements => {
  const found = new Map<string, string>();
  for (const [path, item] of Object.entries(object(description["paths"])))
    for (const method of METHODS) {
      const operation = object(item)[method];
      if (operation === undefined) continue;
      const name = `${method.toUpperCase()} ${path.replace(/^\/api\/v4/, "")}`;
      const reader = { description, found, name };
      found.set(name, "exists");
      const parameters = [...list(object(item)["parameters"]), ...list(object(operation)["parameters"])];
      for (const parameter of parameters) stateParameter(reader, resolve(description, parameter));
      stateBody(reader, resolve(description, object(operation)["requestBody"]));
      for (const [status, response] of Object.entries(object(object(operation)["responses"])))
        if (status.startsWith("2")) stateAnswer(reader, status, resolve(description, response));
    }
  return found;
};

interface Reader {
  readonly description: Json;
  readonly found: Map<string, string>;
  readonly name: string;
}

const stateParameter = ({ description, found, name }: Reader, parameter: Json): void => {
  // Swagger 2 has the body among the parameters, and each parameter's type in the parameter itself.
  if (parameter["in"] === "body") {
    stateFields({ description, found, name: `${name} body` }, object(parameter["schema"]));
    return;
  }
  const schema = resolve(description, parameter["schema"] ?? parameter);
  const need = parameter["required"] === true ? "required" : "optional";
  found.set(`${name} ${parameter["in"]} ${parameter["name"]}`, `${need} ${typeOf(description, schema)}`);
  if (schema["default"] !== undefined)
    found.set(`${name} ${parameter["in"]} ${parameter["name"]} default`, String(schema["default"]));
};

const stateBody = (reader: Reader, body: Json): void => {
  const schema = contentOf(body);
  if (schema !== undefined) stateFields({ ...reader, name: `${reader.name} body` }, schema);
};

const stateAnswer = (reader: Reader, status: string, response: Json): void => {
  const name = `${reader.name} ${status}`;
  const schema = response["schema"] === undefined ? contentOf(response) : object(response["schema"]);
  reader.found.set(name, schema === undefined ? "no body" : typeOf(reader.description, schema));
  if (schema === undefined) return;
  const rows = resolve(reader.description, schema);
  stateFields({ ...reader, name }, rows["type"] === "array" ? object(rows["items"]) : rows);
};

const stateFields = ({ description, found, name }: Reader, schema: Json): void => {
  const { properties, required } = flatten(description, schema);
  for (const [field, value] of Object.entries(properties)) {
    const need = required.has(field) ? "required" : "optional";
    found.set(`${name} .${field}`, `${need} ${typeOf(description, object(value))}`);
  }
};

/** The properties of a schema and of all that it is made of. */
const flatten = (description: Json, schema: Json): { properties: Json; required: ReadonlySet<string> } => {
  const whole = resolve(description, schema);
  const parts = list(whole["allOf"]).map((part) => flatten(description, object(part)));
  return {
    properties: Object.assign({}, ...parts.map(({ properties }) => properties), object(whole["properties"])),
    required: new Set([
      ...parts.flatMap(({ required }) => [...required]),
      ...list(whole["required"]).map(String),
    ]),
  };
};

const typeOf = (description: Json, schema: Json): string => {
  const whole = resolve(description, schema);
  const types = (
    Array.isArray(whole["type"])
      ? whole["type"]
      : [whole["type"] ?? list(whole["oneOf"]).map((one) => object(one)["type"])].flat()
  ).map(String);
  const nullable = whole["nullable"] === true || types.includes("null") ? " or null" : "";
  const plain = types.filter((type) => type !== "null" && type !== "undefined");
  const items = whole["items"] === undefined ? "" : ` of ${typeOf(description, object(whole["items"]))}`;
  const words = whole["enum"] === undefined ? "" : ` (${list(whole["enum"]).join(", ")})`;
  return `${plain.sort().join("|") || "object"}${items}${words}${nullable}`;
};

const contentOf = (holder: Json): Json | undefined => {
  const media = object(holder["content"])["application/json"];
  return media === undefined ? undefined : object(object(media)["schema"]);
};

export const resolve = (description: Json, value: unknown): Json => {
  const reference = object(value)["$ref"];
  if (typeof reference !== "string") return object(value);
  const found = reference
    .slice(2)
    .split("/")
    .reduce<unknown>((at, key) => object(at)[key], description);
  if (found === undefined) throw new Error(`the description has no ${reference}`);
  return resolve(description, found);
};

const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
