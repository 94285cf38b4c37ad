import CanonicalJSON
import Harness
import Operations

/// The part of the schema about one step.
enum StepSchema {
  static let json: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["fault"],
    "properties": properties,
    "oneOf": .array(StepReader.beginnings.map { ["required": [.string($0)]] }),
    "dependentRequired": ["when": ["within"], "delay": ["when"], "within": ["when"]],
    "allOf": .array(forms.map(rule)),
  ]

  private static let properties: JSONValue = [
    "at": ScenarioSchema.reference("times", "When it begins, counted from that of the load."),
    "after": ScenarioSchema.reference(
      "times", "When it begins, counted from the beginning of the previous step."),
    "when": ScenarioSchema.text(
      Occasion.pattern(), "It begins when this happens for the first time in the load."),
    "delay": ScenarioSchema.reference("times", "How much later it begins then."),
    "within": ScenarioSchema.reference(
      "time", "How long it waits, counted from the beginning of the load."),
    "fault": ScenarioSchema.choice(FaultKind.self, "What it does."),
    "target": ScenarioSchema.text(
      FaultTarget.pattern(), "Whom it is aimed at."),
    "conditions": ScenarioSchema.reference("conditions", "How bad the links become."),
    "mirroring": ScenarioSchema.reference("mirroring", "The new policy."),
    "queues": [
      "description": "The kind of queue whose leaders move.",
      "enum": .array(QueueKind.replicated.map { .string($0.rawValue) }),
    ],
    "step": ScenarioSchema.integer(
      0...Int64(ScenarioReader.stepLimit - 1), "The step whose links are healed; else all are."),
  ]

  /// What some kinds of fault have in their steps.
  private struct Form: Hashable {
    var aim: FaultAim
    var parameter: FaultParameter.Kind?
  }

  /// The forms, each with its kinds, in the order of the kinds.
  private static let forms: [(form: Form, kinds: [FaultKind])] = {
    var forms: [(form: Form, kinds: [FaultKind])] = []
    for kind in FaultKind.allCases {
      let form = Form(aim: kind.form.aim, parameter: kind.form.parameter)
      if let index = forms.firstIndex(where: { $0.form == form }) {
        forms[index].kinds.append(kind)
      } else {
        forms.append((form, [kind]))
      }
    }
    return forms
  }()

  /// If the fault is one of these kinds, then the step has what they need and nothing else.
  private static func rule(_ form: Form, _ kinds: [FaultKind]) -> JSONValue {
    var required: [JSONValue] = []
    var members: [JSONMember] = []
    switch form.aim {
    case .nobody: members.append(JSONMember("target", false))
    case .anyone: required.append("target")
    case .part:
      required.append("target")
      members.append(
        JSONMember("target", ["pattern": .string(FaultTarget.pattern(without: "all"))]))
    case .one:
      required.append("target")
      members.append(
        JSONMember("target", ["not": ["enum": ["minority", "half", "all"]]]))
    }
    for parameter in FaultParameter.Kind.allCases where parameter != form.parameter {
      members.append(JSONMember(parameter.rawValue, false))
    }
    if let parameter = form.parameter, parameter.isRequired {
      required.append(.string(parameter.rawValue))
    }
    return [
      "if": [
        "required": ["fault"],
        "properties": ["fault": ["enum": .array(kinds.map { .string($0.rawValue) })]],
      ],
      "then": ["required": .array(required), "properties": .object(members)],
    ]
  }
}
