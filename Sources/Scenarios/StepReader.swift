import CanonicalJSON
import Harness
import Operations

/// Reads one step of a schedule, which may refer to the ones before it.
struct StepReader {
  /// The members of a step, in the order in which they are usually written.
  static let members =
    ["at", "after", "when", "delay", "within", "fault", "target"]
    + FaultParameter.Kind.allCases.map(\.rawValue)
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
    if kind.form.aim == .nobody, let target = try step.optional("target") {
      throw target.superfluous("\(kind.rawValue) has no target")
    }
    for parameter in FaultParameter.Kind.allCases where parameter != kind.form.parameter {
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
    guard let occasion = Occasion(text) else {
      throw when.mismatch(
        expected: Occasion.choices()
          + NearestName.suggestion(
            for: text, among: Occasion.examples(like: text)))
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
    let form = kind.form
    let target = form.aim == .nobody ? nil : try target(kind)
    var parameter: FaultParameter?
    if let kind = form.parameter { parameter = try self.parameter(kind) }
    guard let fault = form.fault(target, parameter) else {
      throw step.mismatch(expected: "what \(kind.rawValue) takes")
    }
    return fault
  }

  /// The parameter of a step; nil if it is not there and does not have to be.
  private func parameter(_ kind: FaultParameter.Kind) throws(JSONError) -> FaultParameter? {
    switch kind {
    case .conditions: .conditions(try conditions())
    case .mirroring: .mirroring(try step.object(kind.rawValue).mirroring(nodes: nodes))
    case .queues: .queues(try queues())
    case .step: try healed().map { .step($0) }
    }
  }

  private func target(_ kind: FaultKind) throws(JSONError) -> FaultTarget {
    let reader = try step.member("target")
    let text = try reader.string()
    guard let target = FaultTarget(text) else {
      throw reader.mismatch(
        expected: FaultTarget.choices(nodes: nodes)
          + NearestName.suggestion(
            for: text, among: FaultTarget.examples()))
    }
    if case .node(let node) = target, node.rawValue > nodes {
      throw reader.mismatch(expected: "n1 to n\(nodes)")
    }
    let meant = try self.meant(target, reader)
    if kind.form.aim == .part, meant == .all {
      throw reader.mismatch(expected: "not all nodes: \(kind.rawValue) needs others")
    }
    if kind.form.aim == .one, [.minority, .half, .all].contains(meant) {
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
    guard QueueKind.replicated.contains(kind) else {
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
