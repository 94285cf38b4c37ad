import Environment
package import Harness
import Operations

/// What was found in one run, and what it is called for that: the verdict stands here and nowhere
/// else.
///
/// It is made by `HistoryJudge` from a plan and a history, or read back from results.json; whoever
/// says something of a run (tables, JUnit, the matrix, exit codes) takes it from here.
package struct RunJudgement: Hashable, Sendable {
  /// By how much the harness may be late before guarantees about time are unknown.
  package static let lagBound = Duration.seconds(1)

  /// The queues under test, by id.
  package var queues: [QueueResult]
  /// The name of the fault schedule and its steps.
  package var schedule: PlannedSchedule
  /// Phases, faults and broker events.
  package var timeline: RunTimeline
  /// What went wrong with the run itself.
  package var warnings: [RunWarning]

  /// What was found.
  package init(
    queues: [QueueResult], schedule: PlannedSchedule, timeline: RunTimeline,
    warnings: [RunWarning] = []
  ) {
    self.queues = queues
    self.schedule = schedule
    self.timeline = timeline
    self.warnings = warnings
  }

  /// The worst of the queues' verdicts, and never valid while `doubts` is not empty.
  package var verdict: Verdict {
    let judged = queues.map(\.verdict).max() ?? .unknown
    return doubts.isEmpty ? judged : max(judged, .unknown)
  }

  /// Why the run as a whole cannot be called valid, apart from what was found about its queues.
  package var doubts: [String] {
    if queues.isEmpty { return ["no queue was judged"] + shortcomings }
    let isIdle = queues.allSatisfy(\.required.isEmpty)
    return (isIdle ? ["the plan requires nothing of any queue"] : []) + shortcomings
  }

  /// What is missing from the run, so that nothing about it is valid whatever is asked.
  package var shortcomings: [String] {
    var shortcomings = endedEarly ? ["the run ended early"] : []
    shortcomings += faultCourses.filter { !$0.isProved }.map(\.doubt)
    return shortcomings + warnings.filter(\.spoilsRun).map(\.text)
  }

  /// Whether some of what happened may not be in the history, so that nothing in it counts as held.
  package var isPartial: Bool { endedEarly || warnings.contains(where: \.spoilsRun) }

  /// What the run says of a guarantee for one of its queues; nil if nobody judged it and nobody
  /// requires it. What held although a fault was not proved was not exercised.
  package func judgement(of guarantee: Guarantee, for queue: QueueResult) -> Judgement? {
    switch queue.finding(guarantee)?.judgement {
    case nil: queue.required.contains(guarantee) ? .unknown("no checker judged it") : nil
    case .held: faultCourses.first { !$0.isProved }.map { .notExercised($0.doubt) } ?? .held
    case let judgement: judgement
    }
  }

  private var endedEarly: Bool { !timeline.phases.isEmpty && !timeline.isComplete }

  /// The planned faults, each with what became of it.
  package var faultCourses: [FaultCourse] {
    let faults = Dictionary(grouping: timeline.faults) { $0.event.fault }
    return schedule.steps.map { step in
      let records = faults[step.id] ?? []
      return FaultCourse(
        step: step, began: records.first { $0.event.stage == .began }?.at ?? records.first?.at,
        last: records.last)
    }
  }

  /// Makes guarantees about time unknown if the harness itself was so late; nothing is known of its
  /// lag if that is nil.
  package mutating func doubtTimes(lag: Duration?) {
    guard let lag, lag > Self.lagBound else { return }
    doubtTimes("the harness itself was \(lag) late (event loop or relay)")
  }

  /// Makes guarantees about time unknown: the harness itself was too slow to measure them.
  package mutating func doubtTimes(_ reason: String) {
    warnings.append(RunWarning(.selfWatch, reason))
    for queue in queues.indices {
      for index in queues[queue].findings.indices
      where queues[queue].findings[index].guarantee == .boundedUnavailability {
        queues[queue].findings[index].judgement = .unknown(reason)
      }
    }
  }
}

extension QueueResult {
  /// The worst of what is required; a required guarantee that nobody judged is unknown.
  package var verdict: Verdict {
    required.map { finding($0)?.judgement.verdict ?? .unknown }.max() ?? .valid
  }
}

extension Finding {
  /// Of two findings about the same guarantee and queue the worse; of equally bad ones the first.
  func joined(with other: Finding) -> Finding {
    other.judgement.verdict > judgement.verdict ? other : self
  }
}

extension FaultCourse {
  /// Which fault was not proved, and why.
  fileprivate var doubt: String { "fault \(step.id) (\(step.name)) \(shortcoming)" }

  /// What is missing from a fault that was not proved.
  package var shortcoming: String {
    switch last?.event.stage {
    case .proved: ""
    case nil: "never began"
    case .began: "has no evidence"
    case .unproved: "has no evidence: \(last?.event.detail ?? "")"
    case .failed: "could not be done: \(last?.event.detail ?? "")"
    }
  }
}
