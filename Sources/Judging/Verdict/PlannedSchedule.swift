package import Environment
package import Harness
package import Operations

/// The fault schedule of a plan as reports show it.
package struct PlannedSchedule: Hashable, Sendable {
  /// The name of the schedule of a history whose plan is not known.
  package static let unknownName = "unknown"

  /// The name on the command line.
  package var name: String
  /// The steps, by time.
  package var steps: [PlannedStep]

  /// A schedule.
  package init(name: String, steps: [PlannedStep]) {
    self.name = name
    self.steps = steps
  }

  /// What a plan's schedule looks like to people.
  package init(_ schedule: FaultSchedule) {
    self.init(name: schedule.name, steps: schedule.steps.map { PlannedStep($0) })
  }
}

/// A planned fault.
package struct PlannedStep: Hashable, Sendable {
  /// Its number in the schedule.
  package var id: FaultID
  /// When it was to begin at the latest, from the beginning of the load phase.
  package var at: Duration
  /// What it waits for, in words; empty for a step at a fixed time.
  package var occasion: String
  /// What kind of fault, as in plans and histories.
  package var name: String
  /// Whom it was aimed at, for people; empty for the whole cluster.
  package var target: String
  /// The earlier step that it ends; nil if it names none, as a heal of all links.
  package var ends: FaultID?

  /// A step.
  package init(
    id: FaultID, at: Duration, occasion: String = "", name: String, target: String,
    ends: FaultID? = nil
  ) {
    self.id = id
    self.at = at
    self.occasion = occasion
    self.name = name
    self.target = target
    self.ends = ends
  }

  /// What a step of a plan looks like to people.
  package init(_ step: FaultStep) {
    self.init(
      id: step.id, at: step.trigger.latest, occasion: step.trigger.words, name: step.fault.name,
      target: step.fault.target?.words ?? "", ends: step.fault.healedStep)
  }
}

extension PlannedStep {
  /// When it was to begin, for people.
  package var plannedWords: String {
    let time = "load + \(Readable.offset(at))"
    return occasion.isEmpty ? time : "\(occasion), by \(time)"
  }
}

extension Trigger {
  /// What a step waits for, and how long after it begins; empty for a fixed time.
  fileprivate var words: String {
    guard case .on(let occasion, let delay, _) = self else { return "" }
    let what =
      switch occasion {
      case .leaderChange(let kind): "leader change of \(kind.rawValue)"
      case .unsynchronised(let kind): "unsynchronised replica of \(kind.rawValue)"
      case .unconfirmed(let kind, let count): "\(count) unconfirmed of \(kind.rawValue)"
      case .proved(let step): "fault \(step) proved"
      }
    return delay == .zero ? "at " + what : "\(Readable.setting(delay)) after \(what)"
  }
}

extension Fault {
  /// The one step whose link faults a heal ends.
  fileprivate var healedStep: FaultID? {
    if case .heal(let step) = self { step } else { nil }
  }
}

/// What became of a planned fault.
package struct FaultCourse: Hashable, Sendable {
  /// The planned step.
  package var step: PlannedStep
  /// When its injection began; nil if it never did.
  package var began: Instant?
  /// The last thing that was seen of it; nil if it never began.
  package var last: FaultRecord?

  /// Whether its effect was shown by a probe.
  package var isProved: Bool { last?.event.stage == .proved }

  /// The nodes that its target resolved to.
  package var nodes: [NodeID] { last?.event.nodes ?? [] }
}
