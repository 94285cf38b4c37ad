package import Environment
package import Operations

/// The time in which a fault was in force: from its beginning to the step that undoes it.
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
      return FaultSpan(
        fault: course.step.id, label: course.label, from: from, undone: undo?.began,
        over: undo.flatMap { $0.isProved ? $0.last?.at : nil }, isProved: course.isProved)
    }
  }
}

extension PlannedStep {
  /// Whether the step only undoes what others did.
  package var isUndo: Bool { Self.undoNames.contains(name) }

  private static let undoNames = ["heal", "start", "resume", "continue"]

  /// The steps that undo this one: processes are started or continued, everything else is healed.
  fileprivate var undoneBy: [String] {
    switch name {
    case "kill", "stop": ["start"]
    case "pause": ["resume", "continue"]
    default: ["heal"]
    }
  }
}

extension FaultCourse {
  /// What was done, and to whom: `isolate n1`.
  package var label: String {
    let subject = nodes.isEmpty ? step.target : nodes.map(\.description).joined(separator: "+")
    return subject.isEmpty ? step.name : "\(step.name) \(subject)"
  }

  /// Whether this is a step that ended an earlier fault; one without nodes concerns all of them.
  fileprivate func undoes(_ fault: FaultCourse) -> Bool {
    guard let began, let start = fault.began, began >= start, step.id != fault.step.id,
      fault.step.undoneBy.contains(step.name)
    else { return false }
    return nodes.isEmpty || fault.nodes.isEmpty || nodes.contains { fault.nodes.contains($0) }
  }
}
