import CanonicalJSON
import Operations

extension FaultSchedule {
  init(_ reader: JSONReader, nodes: Int) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: ["name", "steps"])
    var steps: [FaultStep] = []
    for step in try reader.array("steps") {
      try steps.append(FaultStep(step, nodes: nodes, earlier: steps.count))
    }
    try self.init(name: reader.string("name"), steps: steps)
  }
}

extension FaultStep {
  private static let members =
    ["at_ns", "on", "delay_ns", "bound_ns", "fault", "target"]
    + FaultParameter.Kind.allCases.map(\.rawValue)

  /// Reads the step after `earlier` ones.
  fileprivate init(_ step: JSONReader, nodes: Int, earlier: Int) throws(JSONError) {
    try step.rejectUnknownMembers(allowed: Self.members)
    let trigger = try Trigger(step, nodes: nodes, earlier: earlier)
    let fault = try Fault(step, nodes: nodes, earlier: earlier)
    self.init(id: FaultID(UInt32(earlier)), trigger: trigger, fault: fault)
  }
}

extension Trigger {
  fileprivate init(_ step: JSONReader, nodes: Int, earlier: Int) throws(JSONError) {
    guard let on = try step.optional("on") else {
      self = .at(try step.duration("at_ns"))
      return
    }
    self = .on(
      try Occasion(on, nodes: nodes, earlier: earlier), delay: try step.duration("delay_ns"),
      bound: try step.duration("bound_ns"))
  }
}

extension Fault {
  fileprivate init(_ step: JSONReader, nodes: Int, earlier: Int) throws(JSONError) {
    let kind: FaultKind = try step.choice("fault")
    let form = kind.form
    var target: FaultTarget?
    if form.aim != .nobody {
      target = try FaultTarget(step.object("target"), nodes: nodes, earlier: earlier)
    }
    var parameter: FaultParameter?
    if let kind = form.parameter {
      parameter = try FaultParameter(kind, of: step, earlier: earlier)
    }
    guard let fault = form.fault(target, parameter) else {
      throw step.mismatch(expected: "what \(kind.rawValue) takes")
    }
    self = fault
  }
}

extension FaultParameter {
  /// Nil if it is not there and does not have to be.
  fileprivate init?(
    _ kind: Kind, of step: JSONReader, earlier: Int
  ) throws(JSONError) {
    let name = kind.rawValue
    switch kind {
    case .conditions: self = .conditions(try LinkConditions(step.object(name)))
    case .mirroring: self = .mirroring(try Mirroring(step.object(name)))
    case .queues: self = .queues(try step.choice(name))
    case .step:
      guard let healed = try step.optional(name) else { return nil }
      self = .step(try healed.earlierStep(of: earlier))
    }
  }
}

extension LinkConditions {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: [
      "delay_ns", "jitter_ns", "bytes_per_second", "stall_every_ns", "stall_for_ns",
    ])
    try self.init(
      delay: reader.duration("delay_ns"), jitter: reader.duration("jitter_ns"),
      bandwidth: reader.integer("bytes_per_second", in: 0...10_000_000_000),
      stallEvery: reader.duration("stall_every_ns"), stallFor: reader.duration("stall_for_ns"))
  }
}
