import CanonicalJSON
import Operations

extension FaultSchedule {
  var json: JSONValue {
    ["name": .string(name), "steps": .array(steps.map(\.json))]
  }
}

extension FaultStep {
  var json: JSONValue {
    var members = trigger.members
    members.append(JSONMember("fault", .string(fault.name)))
    if let target = fault.target { members.append(JSONMember("target", target.json)) }
    return .object(members + fault.parameters)
  }
}

extension Trigger {
  fileprivate var members: [JSONMember] {
    switch self {
    case .at(let time): [JSONMember("at_ns", .nanoseconds(time))]
    case .on(let occasion, let delay, let bound):
      [
        JSONMember("on", occasion.json), JSONMember("delay_ns", .nanoseconds(delay)),
        JSONMember("bound_ns", .nanoseconds(bound)),
      ]
    }
  }
}

extension Occasion {
  fileprivate var json: JSONValue {
    switch self {
    case .leaderChange(let kind): ["leader_change": .string(kind.rawValue)]
    case .unsynchronised(let kind): ["unsynchronised": .string(kind.rawValue)]
    case .unconfirmed(let kind, let count):
      ["unconfirmed": .string(kind.rawValue), "count": .integer(Int64(count))]
    case .proved(let step): ["proved": .integer(Int64(step.rawValue))]
    }
  }
}

extension Fault {
  /// What it has besides name and target.
  fileprivate var parameters: [JSONMember] {
    switch self {
    case .heal(let step?): [JSONMember("step", .integer(Int64(step.rawValue)))]
    case .slowLinks(_, let conditions): [JSONMember("conditions", conditions.json)]
    case .setMirroring(let mirroring): [JSONMember("mirroring", mirroring.json)]
    case .transferLeader(let kind, _): [JSONMember("queues", .string(kind.rawValue))]
    default: []
    }
  }
}

extension LinkConditions {
  fileprivate var json: JSONValue {
    [
      "delay_ns": .nanoseconds(delay), "jitter_ns": .nanoseconds(jitter),
      "bytes_per_second": .integer(Int64(bandwidth)),
      "stall_every_ns": .nanoseconds(stallEvery), "stall_for_ns": .nanoseconds(stallFor),
    ]
  }
}

extension FaultTarget {
  fileprivate var json: JSONValue {
    switch self {
    case .node(let node): ["node": .integer(Int64(node.rawValue))]
    case .leader(let kind): ["leader_of": .string(kind.rawValue)]
    case .mirror(let kind): ["mirror_of": .string(kind.rawValue)]
    case .oldestMirror(let kind): ["oldest_mirror_of": .string(kind.rawValue)]
    case .random: ["nodes": "random"]
    case .minority: ["nodes": "minority"]
    case .half: ["nodes": "half"]
    case .all: ["nodes": "all"]
    case .sameAs(let fault): ["same_as_step": .integer(Int64(fault.rawValue))]
    }
  }
}
