package import Harness
package import Operations

/// Decides when a guarantee may be called held: the one place for all rules against vacuous passes.
///
/// A violation stands whatever the rest of the history says. Everything else needs faults that
/// were proved, a history that reaches the end of the run, and enough confirmed messages.
package struct VacuityGuard: Sendable {
  private let minimumConfirmed: Int
  private var faults: [FaultEvent] = []
  /// By fault: its place in `faults`.
  private var places: [FaultID: Int] = [:]
  private var isOver = false

  /// A guard with the plan's criteria.
  package init(criteria: Criteria) {
    minimumConfirmed = criteria.minimumConfirmed
  }

  /// Whether any fault has begun so far.
  package var hasFaults: Bool { !faults.isEmpty }

  /// Takes the next event of the history.
  package mutating func observe(_ event: Event) {
    switch event {
    case .fault(let fault):
      if let place = places[fault.fault] {
        faults[place] = fault
      } else {
        places[fault.fault] = faults.count
        faults.append(fault)
      }
    case .phase(.done): isOver = true
    default: break
    }
  }

  /// What to say of a guarantee for a queue with so many confirmed messages.
  ///
  /// `untested` is the reason why nothing could have broken the guarantee, if nothing could, and
  /// `doubt` the reason why the checker itself cannot tell, if it cannot.
  package func judge(
    violations: Int, confirmed: Int, untested: String? = nil, doubt: String? = nil
  ) -> Judgement {
    if violations > 0 { return .violated }
    if let reason = unexercisedFault { return .notExercised(reason) }
    if !isOver { return .unknown("the history ends before the run was done") }
    if confirmed < minimumConfirmed {
      return .notExercised(
        "\(confirmed) messages were confirmed and at least \(minimumConfirmed) are demanded")
    }
    if let untested { return .notExercised(untested) }
    if let doubt { return .unknown(doubt) }
    return .held
  }

  private var unexercisedFault: String? {
    for fault in faults where fault.stage != .proved {
      let what = "fault \(fault.fault) (\(fault.name))"
      let detail = fault.detail.isEmpty ? "" : ": \(fault.detail)"
      switch fault.stage {
      case .began: return "\(what) began and the history does not say that it took effect"
      case .unproved: return "\(what) was injected and its effect was not seen\(detail)"
      case .failed: return "\(what) could not be injected\(detail)"
      case .proved: break
      }
    }
    return nil
  }
}
