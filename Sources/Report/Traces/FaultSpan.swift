package import Environment
import Harness
import Judging
package import Operations

/// The time in which a fault was in force: from its beginning to the step that undoes it, or, if it
/// does not last, until it was done.
package struct FaultSpan: Hashable, Sendable {
  /// The fault's number in the schedule.
  package var fault: FaultID
  /// What was done to whom: `isolate n1`.
  package var label: String
  /// When it began.
  package var from: Instant
  /// When its undoing began; nil if it was never undone.
  package var undone: Instant?
  /// When its undoing was proved; nil if it was not, so that the fault may have lasted on.
  package var over: Instant?
  /// Whether its effect was proved.
  package var isProved: Bool

  /// Whether it may have had an effect at some time in a range.
  package func overlaps(_ from: Instant, _ to: Instant) -> Bool {
    self.from <= to && over.map { $0 >= from } ?? true
  }
}

extension RunResult {
  /// The faults that began, without the steps that only undo others, in the order of the schedule.
  package var faultSpans: [FaultSpan] {
    let courses = faultCourses
    return courses.compactMap { course in
      guard let from = course.began, !course.step.isUndo else { return nil }
      let undo = courses.first { $0.undoes(course) }
      if course.step.kind?.lasts != true {
        let end = course.last.flatMap { $0.event.stage == .began ? nil : $0.at }
        return FaultSpan(
          fault: course.step.id, label: course.label, from: from, undone: end, over: end,
          isProved: course.isProved)
      }
      return FaultSpan(
        fault: course.step.id, label: course.label, from: from, undone: undo?.began,
        over: undo.flatMap { $0.isProved ? $0.last?.at : nil }, isProved: course.isProved)
    }
  }
}

extension PlannedStep {
  /// Whether the step only undoes what others did.
  package var isUndo: Bool { kind?.isRestoring == true }

  /// What kind of fault it is; nil for one that this program does not know.
  fileprivate var kind: FaultKind? { FaultKind(rawValue: name) }
}

extension FaultCourse {
  /// What was done, and to whom: `isolate n1`.
  package var label: String {
    let subject = nodes.isEmpty ? step.target : nodes.map(\.description).joined(separator: "+")
    return subject.isEmpty ? step.name : "\(step.name) \(subject)"
  }

  /// Whether this is a step that ended an earlier fault: a heal ends the link faults of the step
  /// that it names, or of all; others what befell their nodes.
  fileprivate func undoes(_ fault: FaultCourse) -> Bool {
    guard let began, let start = fault.began, began >= start, let kind = step.kind,
      fault.step.kind?.endedBy == kind
    else { return false }
    if kind == .heal { return step.ends.map { $0 == fault.step.id } ?? true }
    return nodes.contains { fault.nodes.contains($0) }
  }
}
