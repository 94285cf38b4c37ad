package import CanonicalJSON
import Harness

/// The JSON Schema (draft 2020-12) of scenarios, for editors and other programs.
///
/// It says what can be said without looking from one step to another: the reader refuses more.
package enum ScenarioSchema {
  /// The schema.
  package static let json: JSONValue = [
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Scenario",
    "description": "A fault schedule of Stoat, with the cluster, the policies and the workload.",
    "type": "object",
    "additionalProperties": false,
    "required": ["name", "summary", "steps"],
    "not": ["required": ["tail", "load"]],
    "properties": properties,
    "$defs": [
      "time": text(
        "^\(DrawnTime.pattern)$", "A time: digits and ms, s, m or h; at most 24h."),
      "times": text(
        "^\(DrawnTime.rangePattern)$",
        "A time, or a range from which the seed draws: 8s..10s; its end is never drawn."),
      "name": [
        "type": "string", "pattern": .string("^\(ScenarioReader.namePattern)$"),
        "maxLength": .integer(Int64(ScenarioReader.limits.name)),
      ],
      "sentence": [
        "type": "string", "minLength": 1,
        "maxLength": .integer(Int64(ScenarioReader.limits.sentence)),
        "pattern": #"^[^\u0000-\u001f\u007f-\u009f]*$"#,
      ],
      "mirroring": mirroring,
      "conditions": conditions,
      "step": StepSchema.json,
    ],
  ]

  /// The text of the schema, as `docs/schedule.schema.json` has it.
  package static var text: String { json.text(pretty: true) }

  private static let properties: JSONValue = [
    "name": reference("name", "In kebab case; part of the names of queues and directories."),
    "summary": reference("sentence", "One sentence about what happens."),
    "nodes": integer(1...9, "The number of nodes; 3 without it."),
    "partition-handling": choice(
      PartitionHandling.self, "What nodes do in a partition; ignore without it."),
    "net-tick": reference(
      "time", "After how long without a sign of life a peer counts as down; 5s without it."),
    "mirroring": reference("mirroring", "The policy of mirrored queues in the beginning."),
    "group-size": integer(0...9, "The initial members of a quorum queue; 0 for all nodes."),
    "workload": workload,
    "tail": reference(
      "time", "How long clients go on after the last step may have begun; 12s without it."),
    "load": reference("time", "How long clients go on in all, instead of tail."),
    "steps": [
      "type": "array", "maxItems": .integer(Int64(ScenarioReader.stepLimit)),
      "prefixItems": [["$ref": "#/$defs/step", "not": ["required": ["after"]]]],
      "items": ["$ref": "#/$defs/step"],
    ],
    "expect": reference("sentence", "What RabbitMQ 3.10.8 makes of it, as --expect takes it."),
  ]

  private static let workload: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["name"],
    "properties": [
      "name": reference("name", "The name of a workload."),
      "set": [
        "description": "Parameters of the workload. That of a time may leave out -ns: hold: 80ms.",
        "type": "object",
        "additionalProperties": [
          "anyOf": [
            ["type": "integer"],
            ["type": "string", "pattern": "^[0-9]+(ns|us|ms|s|m|h)$"],
          ]
        ],
      ],
    ],
  ]

  private static let mirroring: JSONValue = [
    "type": "object", "additionalProperties": false,
    "properties": [
      "replicas": integer(0...9, "0 for all nodes, otherwise exactly so many; 1 for no mirror."),
      "sync": choice(SyncMode.self, "How new mirrors are synchronised; automatic without it."),
      "promote": choice(Promotion.self, "Which mirrors may be promoted; always without it."),
    ],
  ]

  private static let conditions: JSONValue = [
    "type": "object", "additionalProperties": false, "minProperties": 1,
    "dependentRequired": ["stall-every": ["stall-for"], "stall-for": ["stall-every"]],
    "properties": [
      "delay": reference("time", "Added to the way of every byte."),
      "jitter": reference("time", "At most so much more; the order stays."),
      "bytes-per-second": integer(1...10_000_000_000, "The most that passes."),
      "stall-every": reference("time", "How often nothing passes for a while."),
      "stall-for": reference("time", "For how long nothing passes then."),
    ],
  ]
}

extension ScenarioSchema {
  static func reference(_ name: String, _ description: String) -> JSONValue {
    ["description": .string(description), "$ref": .string("#/$defs/\(name)")]
  }

  static func text(_ pattern: String, _ description: String) -> JSONValue {
    ["description": .string(description), "type": "string", "pattern": .string(pattern)]
  }

  static func integer(_ range: ClosedRange<Int64>, _ description: String) -> JSONValue {
    [
      "description": .string(description), "type": "integer",
      "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
    ]
  }

  static func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ type: Choice.Type, _ description: String
  ) -> JSONValue {
    [
      "description": .string(description),
      "enum": .array(type.allCases.map { .string($0.rawValue) }),
    ]
  }
}
