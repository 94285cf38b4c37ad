package import Harness
package import Operations

/// What one run found about its queues of one kind.
package struct MatrixEntry: Hashable, Sendable {
  /// Where people find the run: its directory, or its seed.
  package var run: String
  /// The kind of the queues.
  package var kind: QueueKind
  /// What class of fault the run is about (`isolate leader`); nil for a control without any fault.
  package var fault: String?
  /// Whether some of what happened may not be known, so that nothing counts as held.
  package var isPartial: Bool
  /// For each fault of the run, restoring ones included, whether its effect was proved.
  package var faultsProved: [Bool]
  /// What the checkers found about queues of this kind; findings about several queues are taken
  /// together.
  package var findings: [Finding]

  /// An entry.
  package init(
    run: String, kind: QueueKind, fault: String?, faultsProved: [Bool], isPartial: Bool = false,
    findings: [Finding]
  ) {
    self.run = run
    self.kind = kind
    self.fault = fault
    self.faultsProved = faultsProved
    self.isPartial = isPartial
    self.findings = findings
  }

  /// Whether the run was what its class says: all its faults took effect, or a control had none.
  var isExercised: Bool {
    if fault == nil { return faultsProved.isEmpty }
    return !faultsProved.isEmpty && faultsProved.allSatisfy { $0 }
  }
}
