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
    if let parameter = fault.parameter {
      members.append(JSONMember(parameter.kind.rawValue, parameter.json))
    }
    return .object(members)
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

extension FaultParameter {
  fileprivate var json: JSONValue {
    switch self {
    case .conditions(let conditions): conditions.json
    case .mirroring(let mirroring): mirroring.json
    case .queues(let kind): .string(kind.rawValue)
    case .step(let step): .integer(Int64(step.rawValue))
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
