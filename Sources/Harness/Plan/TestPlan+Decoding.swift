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
      try queues.append(QueuePlan(reader, id: UInt32(index), of: readers.count))
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
  init(_ reader: JSONReader, id: UInt32, of queues: Int) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: [
      "id", "name", "kind", "mirroring", "group_size", "options", "required",
    ])
    let given: UInt32 = try reader.integer("id", in: id...id)
    var required: [Guarantee] = []
    for guarantee in try reader.array("required") { try required.append(guarantee.choice()) }
    try self.init(
      id: QueueID(given), name: reader.string("name"), kind: reader.choice("kind"),
      mirroring: Mirroring(reader.object("mirroring")),
      groupSize: reader.integer("group_size", in: 0...9),
      options: QueueOptions(reader.object("options"), queues: queues), required: required)
  }
}

extension Mirroring {
  init(_ reader: JSONReader) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: ["replicas", "sync_mode", "promote_on_failure"])
    try self.init(
      replicas: reader.integer("replicas", in: 0...9), syncMode: reader.choice("sync_mode"),
      promoteOnFailure: reader.choice("promote_on_failure"))
  }
}

extension QueueOptions {
  init(_ reader: JSONReader, queues: Int) throws(JSONError) {
    try reader.rejectUnknownMembers(allowed: [
      "message_ttl_ns", "dead_letters", "dead_letters_surely", "single_active_consumer",
      "expiry_ns",
    ])
    var target: QueueID?
    if let given = try reader.optional("dead_letters") {
      target = QueueID(try given.integer(in: 0...UInt32(queues - 1)))
    }
    try self.init(
      messageTTL: reader.duration("message_ttl_ns"), deadLetters: target,
      deadLettersSurely: reader.bool("dead_letters_surely"),
      singleActiveConsumer: reader.bool("single_active_consumer"),
      expiry: reader.duration("expiry_ns"))
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
