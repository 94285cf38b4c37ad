import Checkers
package import Harness
package import Operations

/// What checkers can make of a history that another program has recorded.
extension ImportedKnowledge {
  /// The criteria: one confirmed message is enough, since no plan demands more.
  package static let criteria = Criteria(
    minimumConfirmed: 1, unavailabilityBound: .seconds(60))

  /// What the verdict depends on where nobody asks for a certain checker.
  package static let required: [Guarantee] = [.atLeastOnce, .integrity]

  /// What is demanded of a history of this kind instead of what `plan` demands of one of our own.
  package static func demands(_ plan: TestPlan) -> TestPlan {
    var plan = plan
    plan.criteria = criteria
    for queue in plan.queues.indices { plan.queues[queue].required = required }
    return plan
  }

  /// What the history says enough of to be judged.
  ///
  /// Left out are guarantees about what a Jepsen history does not show: acks and holds, the numbers
  /// of confirms, and, where it has no flags or no times, what depends on those.
  package var judgeable: [Guarantee] {
    Guarantee.allCases.filter { guarantee in
      switch guarantee.facts.evidence {
      case .any: true
      case .flags: knowsFlags
      case .times: knowsTimes
      case .own: false
      }
    }
  }

  /// What was found about the judgeable guarantees, without figures of what the history does not
  /// show.
  package func adapt(_ report: CheckerReport) -> CheckerReport {
    var report = report
    report.findings = report.findings.filter { judgeable.contains($0.guarantee) }
    report.measures = report.measures.map { measure in
      guard let reason = reasonForAbsence(of: measure) else { return measure }
      return Measure(measure.key, queue: measure.queue, .absent(reason))
    }
    return report
  }

  /// Why a figure is none of the history's; nil if it is.
  private func reasonForAbsence(of measure: Measure) -> String? {
    if case .duration = measure.value { return knowsTimes ? nil : "the history has no times" }
    guard case .whole(let name) = measure.key else { return nil }
    if Self.measuresOfAcks.contains(name) { return "the history does not show acks" }
    if !knowsFlags, Self.measuresOfFlags.contains(name) {
      return "the history does not show which deliveries were flagged"
    }
    return nil
  }

  private static let measuresOfAcks: Set<MeasureName> = [
    .deliveredAfterAck, .resurrected, .overlappingHolds, .possibleOverlaps, .effects, .ackedAgain,
    .mostAcks, .effectsAfterSettledAck,
  ]
  private static let measuresOfFlags: Set<MeasureName> = [
    .redelivered, .unflagged, .outOfOrder, .ambiguousRepeats,
  ]
}

extension JepsenImport {
  /// What was found about the judgeable guarantees, with the values and indices of the file.
  package func adapt(_ report: CheckerReport) -> CheckerReport {
    var report = knowledge.adapt(report)
    report.findings = report.findings.map { finding in
      var finding = finding
      finding.witnesses = finding.witnesses.map { adapt($0) }
      return finding
    }
    return report
  }

  private func adapt(_ witness: Witness) -> Witness {
    var witness = witness
    witness.operations = witness.operations.map { operation in
      index(of: operation).flatMap { UInt32(exactly: $0) }.map { OperationID($0) } ?? operation
    }
    witness.text = HistoryNames(self).text(witness.statement)
    return witness
  }
}
