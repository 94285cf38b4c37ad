package import Harness
package import Operations

/// Which guarantees held under which faults for which kind of queue, over many runs.
///
///     var matrix = GuaranteeMatrix()
///     for entry in entries { matrix.add(entry) }
///     for row in matrix.rows { print(row.kind, row.guarantee, row.cells.map(\.verdict)) }
///
/// A run counts only for what it put to the test: one whose faults were not all proved is not
/// exercised, whatever its checkers say, unless something was violated.
package struct GuaranteeMatrix: Hashable, Sendable {
  /// The column of runs without a fault.
  package static let noFault = "no fault"

  /// One guarantee and kind of queue.
  package struct Row: Hashable, Sendable {
    /// The kind.
    package var kind: QueueKind
    /// The guarantee.
    package var guarantee: Guarantee
    /// One cell for each column; without runs where nothing was judged.
    package var cells: [MatrixCell]
  }

  private struct Place: Hashable, Sendable {
    var kind: QueueKind
    var guarantee: Guarantee
    var column: Int
  }

  /// The classes of fault, in the order in which they came first.
  package private(set) var columns: [String] = []
  private var cells: [Place: MatrixCell] = [:]

  /// A matrix without runs.
  package init() {}

  /// Counts what one run found about its queues of one kind.
  package mutating func add(_ entry: MatrixEntry) {
    let label = entry.fault ?? Self.noFault
    let column = columns.firstIndex(of: label) ?? columns.count
    if column == columns.count { columns.append(label) }
    for guarantee in Guarantee.allCases {
      guard let verdict = entry.verdict(of: guarantee) else { continue }
      let place = Place(kind: entry.kind, guarantee: guarantee, column: column)
      cells[place, default: MatrixCell()].add(verdict, of: guarantee, in: entry)
    }
  }

  /// What the runs say of one guarantee and kind under a class of fault; nil if nobody judged it.
  package func cell(_ guarantee: Guarantee, _ kind: QueueKind, under fault: String?) -> MatrixCell?
  {
    guard let column = columns.firstIndex(of: fault ?? Self.noFault) else { return nil }
    return cells[Place(kind: kind, guarantee: guarantee, column: column)]
  }

  /// The rows with anything in them: a block for each kind of queue, and in it the guarantees in
  /// their order.
  package var rows: [Row] {
    QueueKind.allCases.flatMap { kind in
      Guarantee.allCases.compactMap { row(kind, $0) }
    }
  }

  private func row(_ kind: QueueKind, _ guarantee: Guarantee) -> Row? {
    let found = columns.indices.map {
      cells[Place(kind: kind, guarantee: guarantee, column: $0)]
    }
    guard found.contains(where: { $0 != nil }) else { return nil }
    return Row(kind: kind, guarantee: guarantee, cells: found.map { $0 ?? MatrixCell() })
  }
}

extension MatrixCell {
  /// Counts one run by what it says of a guarantee.
  fileprivate mutating func add(
    _ verdict: MatrixVerdict, of guarantee: Guarantee, in entry: MatrixEntry
  ) {
    switch verdict {
    case .held: held += 1
    case .violated:
      violated += 1
      if witness == nil {
        let worst = entry.findings(of: guarantee).first { $0.judgement == .violated }
        witness = worst.map { MatrixWitness($0, run: entry.run) }
      }
    case .unknown: unknown += 1
    case .notExercised: notExercised += 1
    }
  }
}

extension MatrixEntry {
  fileprivate func findings(of guarantee: Guarantee) -> [Finding] {
    findings.filter { $0.guarantee == guarantee }
  }

  /// What the run says of a guarantee; nil if nobody judged it.
  ///
  /// A queue that was not put to the test says nothing about the others of its kind.
  func verdict(of guarantee: Guarantee) -> MatrixVerdict? {
    let verdicts = findings(of: guarantee).map { MatrixVerdict($0.judgement) }
    if verdicts.isEmpty { return nil }
    if verdicts.contains(.violated) { return .violated }
    if !isExercised { return .notExercised }
    if verdicts.contains(.unknown) { return .unknown }
    guard verdicts.contains(.held) else { return .notExercised }
    return isPartial ? .unknown : .held
  }
}

extension MatrixVerdict {
  init(_ judgement: Judgement) {
    switch judgement {
    case .violated: self = .violated
    case .held: self = .held
    case .unknown: self = .unknown
    case .notExercised: self = .notExercised
    }
  }
}

extension MatrixWitness {
  init(_ finding: Finding, run: String) {
    let count = "\(finding.violations) violations of \(finding.guarantee.rawValue)"
    self.init(
      run: run, queue: finding.queue, violations: finding.violations,
      text: finding.witnesses.first?.text ?? count)
  }
}
