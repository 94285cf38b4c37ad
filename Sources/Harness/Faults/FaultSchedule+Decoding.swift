import CanonicalJSON
import Operations

extension FaultSchedule {
  init(_ reader: JSONReader, nodes: Int) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: ["name", "steps"])
    var steps: [FaultStep] = []
    for step in try reader.array("steps") {
      try steps.append(FaultStep(StepReader(step, nodes: nodes, earlier: steps.count)))
    }
    try self.init(name: reader.string("name"), steps: steps)
  }
}

/// A step of a plan, with what it may refer to.
private struct StepReader {
  var step: JSONReader
  var nodes: Int
  var earlier: Int

  init(_ step: JSONReader, nodes: Int, earlier: Int) {
    self.step = step
    self.nodes = nodes
    self.earlier = earlier
  }

  func earlierStep(_ reader: JSONReader) throws(JSONError) -> FaultID {
    guard earlier > 0 else { throw reader.mismatch(expected: "an earlier step; there is none") }
    return FaultID(try reader.integer(in: 0...UInt32(earlier - 1)))
  }

  func target() throws(JSONError) -> FaultTarget {
    let reader = try step.object("target")
    try reader.rejectUnknownMembers(allowed: [
      "node", "leader_of", "mirror_of", "oldest_mirror_of", "nodes", "same_as_step",
    ])
    if let node = try reader.optional("node") {
      return .node(NodeID(try node.integer(in: 1...UInt32(nodes))))
    }
    if let kind = try reader.optional("leader_of") { return .leader(try kind.choice()) }
    if let kind = try reader.optional("mirror_of") { return .mirror(try kind.choice()) }
    if let kind = try reader.optional("oldest_mirror_of") {
      return .oldestMirror(try kind.choice())
    }
    if let step = try reader.optional("same_as_step") { return .sameAs(try earlierStep(step)) }
    guard let set = try reader.optional("nodes") else {
      throw reader.mismatch(
        expected: "node, leader_of, mirror_of, oldest_mirror_of, nodes or same_as_step")
    }
    switch try set.string() {
    case "random": return .random
    case "minority": return .minority
    case "half": return .half
    case "all": return .all
    default: throw set.mismatch(expected: "random, minority, half or all")
    }
  }

  func trigger() throws(JSONError) -> Trigger {
    guard let on = try step.optional("on") else { return .at(try step.duration("at_ns")) }
    return .on(
      try occasion(on), delay: try step.duration("delay_ns"), bound: try step.duration("bound_ns"))
  }

  private func occasion(_ on: JSONReader) throws(JSONError) -> Occasion {
    try on.rejectUnknownMembers(allowed: [
      "leader_change", "unsynchronised", "unconfirmed", "count", "proved",
    ])
    if let kind = try on.optional("leader_change") { return .leaderChange(try kind.choice()) }
    if let kind = try on.optional("unsynchronised") { return .unsynchronised(try kind.choice()) }
    if let kind = try on.optional("unconfirmed") {
      return .unconfirmed(try kind.choice(), count: try on.integer("count", in: 1...1_000_000))
    }
    guard let step = try on.optional("proved") else {
      throw on.mismatch(expected: "leader_change, unsynchronised, unconfirmed or proved")
    }
    return .proved(try earlierStep(step))
  }
}

extension FaultStep {
  fileprivate init(_ reader: StepReader) throws(JSONError) {
    try reader.step.rejectUnknownMembers(allowed: [
      "at_ns", "on", "delay_ns", "bound_ns", "fault", "target", "step", "conditions", "mirroring",
      "queues",
    ])
    try self.init(
      id: FaultID(UInt32(reader.earlier)), trigger: reader.trigger(), fault: Fault(reader))
  }
}

extension Fault {
  fileprivate init(_ reader: StepReader) throws(JSONError) {
    let step = reader.step
    let kind: FaultKind = try step.choice("fault")
    switch kind {
    case .isolate: self = try .partition(.isolate(reader.target()))
    case .bridge: self = try .partition(.bridge(reader.target()))
    case .ring: self = .partition(.ring)
    case .oneWay: self = try .partition(.oneWay(reader.target(), onlyStream: false))
    case .oneWayStream: self = try .partition(.oneWay(reader.target(), onlyStream: true))
    case .cutClients: self = try .cutClients(reader.target())
    case .slowLinks:
      self = try .slowLinks(reader.target(), LinkConditions(step.object("conditions")))
    case .heal:
      self = .heal(
        try step.optional("step").map { (earlier) throws(JSONError) in
          try reader.earlierStep(earlier)
        })
    case .resetClients: self = try .resetClients(reader.target())
    case .kill: self = try .kill(reader.target())
    case .killHost: self = try .killHost(reader.target())
    case .stop: self = try .stop(reader.target())
    case .start: self = try .start(reader.target())
    case .restart: self = try .restart(reader.target())
    case .pause: self = try .pause(reader.target())
    case .resume: self = try .resume(reader.target())
    case .setMirroring: self = try .setMirroring(Mirroring(step.object("mirroring")))
    case .synchronise: self = .synchronise
    case .transferLeader: self = try .transferLeader(step.choice("queues"), reader.target())
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
