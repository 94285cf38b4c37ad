package import CanonicalJSON
import Operations

extension TestPlan {
  /// Reads `plan.json`; an error names the line, or the field with its value.
  package init(parsing text: String) throws(JSONError) {
    try self.init(JSONReader(JSONValue(parsing: text), path: "plan"))
  }

  init(_ plan: JSONReader) throws(JSONError) {
    try plan.rejectUnknownMembers(allowed: [
      "format_version", "generator_version", "name", "seed", "cluster", "leader", "queues",
      "workload", "schedule", "load_ns", "deadlines", "criteria",
    ])
    let version = try plan.member("format_version")
    guard try version.integer(in: 1...Int.max) == Self.formatVersion else {
      throw version.mismatch(expected: "\(Self.formatVersion), the only format this program reads")
    }
    let cluster = try ClusterPlan(plan.object("cluster"))
    try self.init(
      name: plan.string("name"), seed: plan.hex("seed"),
      generatorVersion: plan.integer("generator_version", in: 1...Int.max),
      cluster: cluster,
      leader: NodeID(plan.integer("leader", in: 1...UInt32(cluster.nodes))),
      queues: Self.queues(plan.array("queues")),
      workload: WorkloadPlan(plan.object("workload")),
      schedule: FaultSchedule(plan.object("schedule"), nodes: cluster.nodes),
      load: plan.duration("load_ns"),
      deadlines: Deadlines(plan.object("deadlines")),
      criteria: Criteria(plan.object("criteria")))
  }

  private static func queues(_ readers: [JSONReader]) throws(JSONError) -> [QueuePlan] {
    var queues: [QueuePlan] = []
    for (index, reader) in readers.enumerated() {
      try queues.append(QueuePlan(reader, id: UInt32(index)))
    }
    return queues
  }
}

extension ClusterPlan {
  init(_ reader: JSONReader) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: [
      "nodes", "partition_handling", "net_tick_ns", "boot_deadline_ns",
    ])
    try self.init(
      nodes: reader.integer("nodes", in: 1...9),
      partitionHandling: reader.choice("partition_handling"),
      netTick: reader.duration("net_tick_ns"),
      bootDeadline: reader.duration("boot_deadline_ns"))
  }
}

extension QueuePlan {
  init(_ reader: JSONReader, id: UInt32) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: [
      "id", "name", "kind", "mirroring", "group_size", "required",
    ])
    let given: UInt32 = try reader.integer("id", in: id...id)
    let mirroring = try reader.object("mirroring")
    var required: [Guarantee] = []
    for guarantee in try reader.array("required") { try required.append(guarantee.choice()) }
    try self.init(
      id: QueueID(given), name: reader.string("name"), kind: reader.choice("kind"),
      mirroring: Mirroring(
        replicas: mirroring.integer("replicas", in: 0...9),
        syncMode: mirroring.choice("sync_mode"),
        promoteOnFailure: mirroring.choice("promote_on_failure")),
      groupSize: reader.integer("group_size", in: 0...9), required: required)
  }
}

extension WorkloadPlan {
  init(_ reader: JSONReader) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: ["name", "parameters"])
    var entries: [WorkloadSettings.Entry] = []
    for (name, value) in try reader.object("parameters").members() {
      entries.append(.init(name, try value.integer()))
    }
    try self.init(name: reader.string("name"), settings: WorkloadSettings(entries))
  }
}

extension FaultSchedule {
  init(_ reader: JSONReader, nodes: Int) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: ["name", "steps"])
    var steps: [FaultStep] = []
    for step in try reader.array("steps") {
      try step.rejectUnknownMembers(allowed: ["at_ns", "fault", "target"])
      let at = try step.duration("at_ns")
      if let last = steps.last, at < last.at {
        throw try step.member("at_ns").mismatch(expected: "a time not before that of the last step")
      }
      try steps.append(
        FaultStep(
          id: FaultID(UInt32(steps.count)), at: at,
          fault: Fault(step, nodes: nodes, earlier: steps.count)))
    }
    try self.init(name: reader.string("name"), steps: steps)
  }
}

extension Fault {
  init(_ step: JSONReader, nodes: Int, earlier: Int) throws(JSONError) {
    func target() throws(JSONError) -> FaultTarget {
      try FaultTarget(step.object("target"), nodes: nodes, earlier: earlier)
    }
    switch try step.string("fault") {
    case "isolate": self = try .isolate(target())
    case "heal": self = .heal
    case "kill": self = try .kill(target())
    case "start": self = try .start(target())
    default: throw try step.member("fault").mismatch(expected: "isolate, heal, kill or start")
    }
  }
}

extension FaultTarget {
  init(_ reader: JSONReader, nodes: Int, earlier: Int) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: ["node", "leader_of", "same_as_step"])
    if let node = try reader.optional("node") {
      self = .node(NodeID(try node.integer(in: 1...UInt32(nodes))))
    } else if let kind = try reader.optional("leader_of") {
      self = try .leader(kind.choice())
    } else if let step = try reader.optional("same_as_step") {
      guard earlier > 0 else { throw step.mismatch(expected: "an earlier step; there is none") }
      self = .sameAs(FaultID(try step.integer(in: 0...UInt32(earlier - 1))))
    } else {
      throw reader.mismatch(expected: "node, leader_of or same_as_step")
    }
  }
}

extension Deadlines {
  init(_ reader: JSONReader) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: [
      "open_ns", "operation_ns", "confirm_ns", "recovery_ns", "drain_ns",
    ])
    try self.init(
      open: reader.duration("open_ns"), operation: reader.duration("operation_ns"),
      confirm: reader.duration("confirm_ns"), recovery: reader.duration("recovery_ns"),
      drain: reader.duration("drain_ns"))
  }
}

extension Criteria {
  init(_ reader: JSONReader) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: [
      "minimum_confirmed", "unavailability_bound_ns", "witness_limit",
    ])
    try self.init(
      minimumConfirmed: reader.integer("minimum_confirmed", in: 0...Int.max),
      unavailabilityBound: reader.duration("unavailability_bound_ns"),
      witnessLimit: reader.integer("witness_limit", in: 1...10_000))
  }
}
