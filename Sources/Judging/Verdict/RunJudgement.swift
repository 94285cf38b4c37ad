package import Harness
import Operations

extension RunResult {
  /// The worst of the queues' verdicts, and never valid while `doubts` is not empty.
  package var verdict: Verdict {
    let judged = queues.map(\.verdict).max() ?? .unknown
    return doubts.isEmpty ? judged : max(judged, .unknown)
  }

  /// Why the run as a whole cannot be called valid, apart from what was found about its queues.
  package var doubts: [String] {
    var doubts: [String] = []
    if queues.isEmpty { doubts.append("no queue was judged") }
    if !timeline.phases.isEmpty, !timeline.isComplete { doubts.append("the run ended early") }
    for course in faultCourses where !course.isProved {
      doubts.append(
        "fault \(course.step.id) (\(course.step.name)) \(course.shortcoming)")
    }
    doubts += warnings.filter(\.spoilsRun).map(\.text)
    return doubts
  }
}

extension FaultCourse {
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
