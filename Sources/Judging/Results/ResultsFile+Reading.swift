package import CanonicalJSON
import Environment
import Harness
import Operations

extension ResultsFile {
  /// The result that the text of a `results.json` holds; throws `JSONError` with the line, or the
  /// field and its value, where it does not hold one.
  package static func read(_ text: String) throws(JSONError) -> CompareResult {
    try read(JSONReader(JSONValue(parsing: text), path: "results"))
  }

  private static func read(_ reader: JSONReader) throws(JSONError) -> CompareResult {
    let format = try reader.member("format")
    guard try format.string() == self.format else {
      throw format.mismatch(expected: "\"\(self.format)\"")
    }
    let version = try reader.member("version")
    guard try version.integer(in: Int.min...Int.max) == self.version else {
      throw version.mismatch(expected: "\(self.version), the only version that this program reads")
    }
    let control = try reader.optional("control")
    let result = CompareResult(
      control: try control.map { (control) throws(JSONError) in try RunResult(control) },
      run: try RunResult(reader.object("run")))
    try reader.check(result.verdict)
    return result
  }
}

extension JSONReader {
  /// The elements of the list at a member, each read by `read`.
  fileprivate func list<Element>(
    _ name: String, _ read: (JSONReader) throws(JSONError) -> Element
  ) throws(JSONError) -> [Element] {
    var elements: [Element] = []
    for reader in try array(name) { elements.append(try read(reader)) }
    return elements
  }

  /// An instant; unlike a length of time it may be negative.
  fileprivate func instant(_ name: String) throws(JSONError) -> Instant {
    Instant(nanoseconds: try integer(name))
  }

  /// The value that has the name at a member.
  fileprivate func named<Value: NamedCase>(
    _ name: String, as type: Value.Type = Value.self
  ) throws(JSONError) -> Value {
    let member = try member(name)
    let text = try member.string()
    guard let value = type.allCases.first(where: { $0.name == text }) else {
      throw member.mismatch(expected: "one of " + type.allCases.map(\.name).joined(separator: ", "))
    }
    return value
  }

  /// Throws if the verdict at the member `verdict` is not `computed`.
  fileprivate func check(_ computed: Verdict) throws(JSONError) {
    guard try choice("verdict", of: Verdict.self) == computed else {
      throw try member("verdict").mismatch(
        expected: "\"\(computed.rawValue)\", which follows from the findings")
    }
  }

  fileprivate func node() throws(JSONError) -> NodeID {
    let text = try string()
    guard text.hasPrefix("n"), let number = UInt32(text.dropFirst()) else {
      throw mismatch(expected: "a node such as \"n1\"")
    }
    return NodeID(number)
  }
}

extension RunResult {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    self.init(
      identity: try RunIdentity(reader), cluster: try ClusterPlan(reader.object("cluster")),
      environment: try reader.list("environment") { (setting) throws(JSONError) in
        EnvironmentSetting(try setting.string("name"), try setting.string("value"))
      },
      judgement: try RunJudgement(reader), reproduce: try reader.string("reproduce"))
    try reader.check(verdict)
  }
}

extension RunJudgement {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    let schedule = try reader.object("schedule")
    self.init(
      queues: try reader.list("queues") { (queue) throws(JSONError) in try QueueResult(queue) },
      schedule: PlannedSchedule(
        name: try schedule.string("name"),
        steps: try schedule.list("steps") { (step) throws(JSONError) in try PlannedStep(step) }),
      timeline: try RunTimeline(reader),
      warnings: try reader.list("warnings") { (warning) throws(JSONError) in
        RunWarning(try warning.choice("kind"), try warning.string("text"))
      })
  }
}

extension RunIdentity {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    let system = try reader.object("system")
    self.init(
      name: try reader.string("name"), seed: try reader.hex("seed"),
      systemName: try system.string("name"), systemVersion: try system.string("version"),
      directory: try reader.string("directory"), planDigest: try reader.string("plan_digest"),
      startedAtUnixNanoseconds: try reader.integer("started_at_unix_ns"),
      duration: try reader.duration("duration_ns"))
  }
}

extension ClusterPlan {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    self.init(
      nodes: try reader.integer("nodes", in: 1...1000),
      partitionHandling: try reader.choice("partition_handling"),
      netTick: try reader.duration("net_tick_ns"),
      bootDeadline: try reader.duration("boot_deadline_ns"))
  }
}

extension PlannedStep {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    let ends = try reader.optional("ends")
    self.init(
      id: FaultID(try reader.integer("id")), at: try reader.duration("at_ns"),
      occasion: try reader.optional("occasion")?.string() ?? "",
      name: try reader.string("name"), target: try reader.string("target"),
      ends: try ends.map { (step) throws(JSONError) in FaultID(try step.integer()) })
  }
}

extension QueueResult {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    let id = QueueID(try reader.integer("id"))
    self.init(
      description: QueueDescription(
        id: id, name: try reader.string("name"), kind: try reader.choice("kind")),
      required: try reader.list("required") { (required) throws(JSONError) in
        try required.choice()
      },
      findings: try reader.list("findings") { (finding) throws(JSONError) in
        try Finding(finding, queue: id)
      },
      measures: try reader.list("measures") { (measure) throws(JSONError) in
        try Measure(measure, queue: id)
      })
    try reader.check(verdict)
  }
}

extension Finding {
  fileprivate init(_ reader: JSONReader, queue: QueueID) throws(JSONError) {
    self.init(
      guarantee: try reader.choice("guarantee"), queue: queue,
      judgement: try Judgement(reader),
      violations: try reader.integer("violations", in: 0...Int.max),
      witnesses: try reader.list("witnesses") { (witness) throws(JSONError) in
        try Witness(witness)
      })
  }
}

extension Judgement {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    let reason = try reader.string("reason")
    let all: [Judgement] = [.held, .violated, .unknown(reason), .notExercised(reason)]
    let member = try reader.member("judgement")
    let name = try member.string()
    guard let judgement = all.first(where: { $0.name == name }) else {
      throw member.mismatch(expected: "one of " + all.map(\.name).joined(separator: ", "))
    }
    self = judgement
  }
}

extension Witness {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    let message = try reader.optional("message")
    self.init(
      message: try message.map { (message) throws(JSONError) in try MessageID(message) },
      operations: try reader.list("operations") { (operation) throws(JSONError) in
        OperationID(try operation.integer())
      },
      from: try reader.instant("from_ns"), to: try reader.instant("to_ns"),
      text: WitnessText(try reader.string("text")))
  }
}

extension MessageID {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    let text = try reader.string()
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    if text == Self.foreign.description {
      self = .foreign
    } else if parts.count == 2, let client = UInt32(parts[0]), let sequence = UInt32(parts[1]) {
      self.init(client: ClientID(client), sequence: sequence)
    } else {
      throw reader.mismatch(expected: "a message such as \"3.17\"")
    }
  }
}

extension Measure {
  fileprivate init(_ reader: JSONReader, queue: QueueID) throws(JSONError) {
    let value: MeasureValue
    if let count = try reader.optional("count") {
      value = .count(try count.integer())
    } else if let duration = try reader.optional("duration_ns") {
      value = .duration(
        try duration.duration(in: .nanoseconds(Int64.min) ... .nanoseconds(Int64.max)))
    } else {
      value = .absent(try reader.string("absent"))
    }
    self.init(MeasureKey(try reader.string("name")), queue: queue, value)
  }
}

extension RunTimeline {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    self.init()
    phases = try reader.list("phases") { (phase) throws(JSONError) in
      let end = try phase.optional("to_ns")
      return PhaseRecord(
        try phase.named("phase"), from: try phase.instant("from_ns"),
        to: try end.map { (end) throws(JSONError) in Instant(nanoseconds: try end.integer()) })
    }
    faults = try reader.list("faults") { (fault) throws(JSONError) in try FaultRecord(fault) }
    brokerEvents = try reader.list("broker_events") { (event) throws(JSONError) in
      try BrokerRecord(event)
    }
    omittedBrokerEvents = try reader.integer("omitted_broker_events", in: 0...Int.max)
  }
}

extension FaultRecord {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    self.init(
      at: try reader.instant("at_ns"),
      FaultEvent(
        fault: FaultID(try reader.integer("fault")), name: try reader.string("name"),
        stage: try reader.named("stage"),
        nodes: try reader.list("nodes") { (node) throws(JSONError) in try node.node() },
        detail: try reader.string("detail")))
  }
}

extension BrokerRecord {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    let node = try reader.optional("node")
    let queue = try reader.optional("queue")
    self.init(
      at: try reader.instant("at_ns"),
      BrokerEvent(
        kind: try reader.named("kind"),
        node: try node.map { (node) throws(JSONError) in try node.node() },
        queue: try queue.map { (queue) throws(JSONError) in QueueID(try queue.integer()) },
        detail: try reader.string("detail")))
  }
}
