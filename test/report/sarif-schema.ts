const text = { type: "string" } as const;
const uri = { type: "string", pattern: "^[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+$" } as const;
const positive = { type: "integer", minimum: 1 } as const;
const closed = (properties: Readonly<Record<string, object>>, ...required: string[]): object => ({
  type: "object",
  properties: { ...properties, properties: { type: "object" } },
  required,
  additionalProperties: false,
});
const listOf = (items: object): object => ({ type: "array", items });
const level = { enum: ["none", "note", "warning", "error"] };
const message = closed({ text }, "text");

/** The part of SARIF 2.1.0's own schema that an audit makes use of, as strict as that is about it. */
export const SARIF_ESSENTIALS = closed(
  {
    $schema: uri,
    version: { const: "2.1.0" },
    runs: listOf(
      closed(
        {
          tool: closed(
            {
              driver: closed(
                {
                  name: text,
                  version: text,
                  semanticVersion: text,
                  rules: {
                    ...listOf(
                      closed({ id: text, name: text, shortDescription: message, help: message }, "id"),
                    ),
                    uniqueItems: true,
                  },
                },
                "name",
              ),
            },
            "driver",
          ),
          columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
          invocations: listOf(
            closed(
              {
                executionSuccessful: { type: "boolean" },
                endTimeUtc: {
                  type: "string",
                  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$",
                },
                toolExecutionNotifications: listOf(closed({ level, message }, "message")),
              },
              "executionSuccessful",
            ),
          ),
          results: listOf(
            closed(
              {
                ruleId: text,
                ruleIndex: { type: "integer", minimum: 0 },
                level,
                message,
                locations: listOf(
                  closed({
                    physicalLocation: closed({
                      artifactLocation: closed({ uri }),
                      region: closed({ startLine: positive, startColumn: positive }),
                    }),
                    logicalLocations: listOf(closed({ fullyQualifiedName: text, kind: text })),
                  }),
                ),
                partialFingerprints: { type: "object", additionalProperties: text },
              },
              "message",
            ),
          ),
        },
        "tool",
      ),
    ),
  },
  "version",
  "runs",
);
