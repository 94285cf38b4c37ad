import Checkers
package import Harness
package import Operations

/// What several comparisons say together: guarantees by faults and kind of queue, what holds in all
/// of them, and the kinds side by side in the same runs.
package struct CampaignSummary {
  /// The comparisons, in the order in which they were given.
  package let results: [CompareResult]
  /// What each of their runs says, controls included.
  let entries: [MatrixEntry]
  /// The same by guarantee, kind and faults.
  package let matrix: GuaranteeMatrix
  /// The kinds of queue that any run has.
  package let kinds: [QueueKind]

  /// A summary of `results`.
  package init(_ results: [CompareResult]) {
    self.results = results
    let runs = results.flatMap { [$0.control, $0.run].compactMap(\.self) }
    kinds = QueueKind.allCases.filter { kind in runs.contains { !$0.queues(of: kind).isEmpty } }
    entries = results.flatMap { result in
      (result.control.map { Self.entries($0, of: result, suffix: ", its control") } ?? [])
        + Self.entries(result.run, of: result)
    }
    var matrix = GuaranteeMatrix()
    for entry in entries { matrix.add(entry) }
    self.matrix = matrix
  }

  /// The column of a run in the matrix: the name of its schedule; nil if it has no faults.
  static func fault(of run: RunResult) -> String? {
    run.schedule.steps.isEmpty ? nil : run.schedule.name
  }

  /// The runs of one column, controls included.
  package func runs(under fault: String?) -> [RunResult] {
    results.flatMap { [$0.control, $0.run].compactMap(\.self) }.filter {
      Self.fault(of: $0) == fault
    }
  }

  /// The columns that have faults, in the order in which they came first.
  package var faults: [String] { matrix.columns.filter { $0 != GuaranteeMatrix.noFault } }

  /// Every two kinds of queue, the one that promises less first.
  package var pairs: [(first: QueueKind, second: QueueKind)] {
    kinds.indices.flatMap { place in
      kinds[(place + 1)...].map { (kinds[place], $0) }
    }
  }

  /// Two kinds in the runs under one schedule, or in all runs with faults.
  package func comparison(
    _ guarantee: Guarantee, _ pair: (first: QueueKind, second: QueueKind), under fault: String?
  ) -> PairedComparison {
    PairedComparison(
      guarantee, pair.first, pair.second,
      in: entries.filter { $0.fault != nil && (fault == nil || $0.fault == fault) })
  }

  /// What each run under one schedule, or each run with faults, lost of its queues of a kind; runs
  /// that cannot tell, since a fault was not proved or a queue not drained, are left out.
  package func losses(_ kind: QueueKind, under fault: String?) -> [RunLosses] {
    faultRuns(fault).compactMap { Self.losses($0, kind) }
  }

  /// The same of two kinds, for the runs that can tell both.
  package func losses(
    _ pair: (first: QueueKind, second: QueueKind), under fault: String?
  ) -> [(first: RunLosses, second: RunLosses)] {
    faultRuns(fault).compactMap { run in
      guard let first = Self.losses(run, pair.first), let second = Self.losses(run, pair.second)
      else { return nil }
      return (first, second)
    }
  }

  private func faultRuns(_ fault: String?) -> [RunResult] {
    results.map(\.run).filter { run in
      let name = Self.fault(of: run)
      return name != nil && (fault == nil || name == fault)
    }
  }

  private static func losses(_ run: RunResult, _ kind: QueueKind) -> RunLosses? {
    guard run.faultCourses.allSatisfy(\.isProved),
      run.queues(of: kind).allSatisfy({ $0.count(.undrained) ?? 0 == 0 }),
      case .count(let lost) = run.figure(.lost, of: kind),
      case .count(let confirmed) = run.figure(.confirmed, of: kind)
    else { return nil }
    return RunLosses(lost: lost, confirmed: confirmed)
  }

  private static func entries(
    _ run: RunResult, of result: CompareResult, suffix: String = ""
  ) -> [MatrixEntry] {
    run.kinds.map { kind in
      MatrixEntry(
        run: result.run.identity.directory + suffix, kind: kind, fault: fault(of: run),
        faultsProved: run.faultCourses.map(\.isProved), isPartial: run.judgement.isPartial,
        findings: run.queues(of: kind).flatMap(\.findings))
    }
  }
}
