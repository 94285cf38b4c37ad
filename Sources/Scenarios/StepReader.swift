import CanonicalJSON
import Harness
import Operations

/// Reads one step of a schedule, which may refer to the ones before it.
struct StepReader {
  /// The members of a step, in the order in which they are usually written.
  static let members =
    ["at", "after", "when", "delay", "within", "fault", "target"]
    + StepParameter.allCases.map(\.rawValue)
  /// The members of which a step has exactly one.
  static let beginnings = ["at", "after", "when"]

  let step: JSONReader
  let nodes: Int
  let earlier: [ScenarioStep]

  func read() throws(JSONError) -> ScenarioStep {
    try step.rejectUnknownMembers(allowed: Self.members)
    let kind: FaultKind = try step.choice("fault")
    try refuseSuperfluous(for: kind)
    let read = ScenarioStep(beginning: try beginning(), fault: try fault(kind))
    guard read.fewestNodes <= nodes else {
      throw try step.member("fault").mismatch(
        expected: "nodes: \(read.fewestNodes) or more for it, not \(nodes)")
    }
    return read
  }

  private func refuseSuperfluous(for kind: FaultKind) throws(JSONError) {
    if kind.aim == .nobody, let target = try step.optional("target") {
      throw target.superfluous("\(kind.rawValue) has no target")
    }
    for parameter in StepParameter.allCases where parameter != kind.parameter {
      guard let given = try step.optional(parameter.rawValue) else { continue }
      throw given.superfluous("\(kind.rawValue) has no \(parameter.rawValue)")
    }
  }
}

// MARK: - When it begins

extension StepReader {
  private func beginning() throws(JSONError) -> ScenarioStep.Beginning {
    var given: [JSONReader] = []
    for name in Self.beginnings { if let member = try step.optional(name) { given.append(member) } }
    guard given.count == 1 else {
      throw .field(
        path: step.path, found: given.isEmpty ? "no beginning" : "\(given.count) beginnings",
        expected: "one of " + Self.beginnings.joined(separator: ", "))
    }
    if let when = try step.optional("when") {
      return .when(
        try occasion(when),
        delay: try step.optional("delay")?.drawnTime() ?? DrawnTime(.zero),
        within: try step.member("within").time())
    }
    for name in ["delay", "within"] {
      if let member = try step.optional(name) { throw member.superfluous("it goes with when") }
    }
    if let at = try step.optional("at") { return .at(try at.drawnTime()) }
    let after = try step.member("after")
    guard !earlier.isEmpty else {
      throw after.superfluous("there is no step before the first; say at or when")
    }
    return .after(try after.drawnTime())
  }

  private func occasion(_ when: JSONReader) throws(JSONError) -> Occasion {
    let text = try when.string()
    guard let occasion = StepWords.occasion(text) else {
      let known = StepWords.occasions(like: text)
      throw when.mismatch(
        expected: "leader change of KIND, unsynchronised mirrored, N unconfirmed in KIND or "
          + "step N proved" + NearestName.suggestion(for: text, among: known))
    }
    if case .proved(let step) = occasion { _ = try earlierStep(step, when) }
    return occasion
  }

  /// The earlier step with this number, which `reader` names.
  private func earlierStep(_ step: FaultID, _ reader: JSONReader) throws(JSONError) -> ScenarioStep
  {
    guard step.rawValue < earlier.count else {
      let steps =
        switch earlier.count {
        case 0: "there is none"
        case 1: "only step 0"
        default: "step 0 to step \(earlier.count - 1)"
        }
      throw reader.mismatch(expected: "an earlier step: \(steps)")
    }
    return earlier[Int(step.rawValue)]
  }
}

// MARK: - What it does

extension StepReader {
  private func fault(_ kind: FaultKind) throws(JSONError) -> Fault {
    switch kind {
    case .isolate: .partition(.isolate(try target(kind)))
    case .bridge: .partition(.bridge(try target(kind)))
    case .ring: .partition(.ring)
    case .oneWay: .partition(.oneWay(try target(kind), onlyStream: false))
    case .oneWayStream: .partition(.oneWay(try target(kind), onlyStream: true))
    case .cutClients: .cutClients(try target(kind))
    case .slowLinks: .slowLinks(try target(kind), try conditions())
    case .heal: .heal(try healed())
    case .resetClients: .resetClients(try target(kind))
    case .kill: .kill(try target(kind))
    case .killHost: .killHost(try target(kind))
    case .stop: .stop(try target(kind))
    case .start: .start(try target(kind))
    case .restart: .restart(try target(kind))
    case .pause: .pause(try target(kind))
    case .resume: .resume(try target(kind))
    case .setMirroring: .setMirroring(try step.object("mirroring").mirroring(nodes: nodes))
    case .synchronise: .synchronise
    case .transferLeader: .transferLeader(try queues(), try target(kind))
    }
  }

  private func target(_ kind: FaultKind) throws(JSONError) -> FaultTarget {
    let reader = try step.member("target")
    let text = try reader.string()
    guard let target = StepWords.target(text) else {
      throw reader.mismatch(
        expected: "n1 to n\(nodes), leader of KIND, mirror of KIND, oldest mirror of KIND, random, "
          + "minority, half, all or step N"
          + NearestName.suggestion(for: text, among: StepWords.targets))
    }
    if case .node(let node) = target, node.rawValue > nodes {
      throw reader.mismatch(expected: "n1 to n\(nodes)")
    }
    let meant = try self.meant(target, reader)
    if kind.aim == .part, meant == .all {
      throw reader.mismatch(expected: "not all nodes: \(kind.rawValue) needs others")
    }
    if kind.aim == .one, [.minority, .half, .all].contains(meant) {
      throw reader.mismatch(expected: "one node for \(kind.rawValue)")
    }
    return target
  }

  /// What a target means when every reference to an earlier step is followed.
  private func meant(_ target: FaultTarget, _ reader: JSONReader) throws(JSONError) -> FaultTarget {
    var meant = target
    // A step refers to earlier ones only, so this ends.
    while case .sameAs(let step) = meant {
      guard let next = try earlierStep(step, reader).fault.target else {
        throw reader.mismatch(expected: "a step with a target; step \(step) has none")
      }
      meant = next
    }
    return meant
  }

  private func healed() throws(JSONError) -> FaultID? {
    guard let reader = try step.optional("step") else {
      guard earlier.contains(where: { $0.fault.kind.endedBy == .heal }) else {
        throw try step.member("fault").mismatch(
          expected: "an earlier step that cuts or slows links, for heal to undo")
      }
      return nil
    }
    let step = FaultID(try reader.integer(in: 0...UInt32.max))
    guard try earlierStep(step, reader).fault.kind.endedBy == .heal else {
      throw reader.mismatch(expected: "a step that cuts or slows links; step \(step) does not")
    }
    return step
  }

  private func queues() throws(JSONError) -> QueueKind {
    let reader = try step.member("queues")
    let kind: QueueKind = try reader.choice()
    guard StepWords.replicated.contains(kind) else {
      throw reader.mismatch(expected: "mirrored or quorum: a plain queue has one replica")
    }
    return kind
  }

  private func conditions() throws(JSONError) -> LinkConditions {
    let reader = try step.object("conditions")
    try reader.rejectUnknownMembers(allowed: [
      "delay", "jitter", "bytes-per-second", "stall-every", "stall-for",
    ])
    let conditions = LinkConditions(
      delay: try reader.optional("delay")?.time() ?? .zero,
      jitter: try reader.optional("jitter")?.time() ?? .zero,
      bandwidth: try reader.optional("bytes-per-second")?.integer(in: 1...10_000_000_000) ?? 0,
      stallEvery: try reader.optional("stall-every")?.time(atLeast: .milliseconds(1)) ?? .zero,
      stallFor: try reader.optional("stall-for")?.time(atLeast: .milliseconds(1)) ?? .zero)
    guard (conditions.stallEvery > .zero) == (conditions.stallFor > .zero),
      conditions.stallFor == .zero || conditions.stallFor < conditions.stallEvery
    else {
      throw reader.mismatch(expected: "stall-every and a shorter stall-for, or neither")
    }
    guard conditions != LinkConditions() else {
      throw reader.mismatch(expected: "something that makes links worse")
    }
    return conditions
  }
}
