package import Harness

/// A run and the control run without faults that preceded it; what results.json holds.
///
/// A single run (`stoat test`) is one without a control.
package struct CompareResult: Hashable, Sendable {
  /// The run without faults; nil if there was none.
  package var control: RunResult?
  /// The run that the report is about.
  package var run: RunResult

  /// A comparison.
  package init(control: RunResult? = nil, run: RunResult) {
    self.control = control
    self.run = run
  }

  /// The worse of the two runs' verdicts; it decides the exit code.
  package var verdict: Verdict {
    max(run.verdict, control?.verdict ?? .valid)
  }
}
