import Foundation
import Harness

@testable import Scenarios

/// Short texts of scenarios.
enum Sample {
  /// A scenario whose steps are these, each a mapping in braces.
  static func text(_ steps: [String], head: String = "") -> String {
    let lines = steps.map { "  - {\($0)}" }.joined(separator: "\n")
    return
      "name: sample\nsummary: A sample.\n\(head)\nsteps:\(steps.isEmpty ? " []" : "")\n\(lines)\n"
  }

  static func scenario(_ steps: [String], head: String = "") throws(ScenarioError) -> Scenario {
    try Scenario(yaml: text(steps, head: head), file: "sample.yaml")
  }

  /// A step that cuts the first node off.
  static let cut = "at: 1s, fault: isolate, target: n1"

  /// A file of the project's documents.
  static func document(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "docs/\(name)"), encoding: .utf8)
  }

  /// A fault of this kind with what it needs.
  static func fault(_ kind: FaultKind) -> String {
    let target = kind.form.aim == .nobody ? "" : ", target: n2"
    guard let parameter = kind.form.parameter else { return "fault: \(kind.rawValue)\(target)" }
    return "fault: \(kind.rawValue)\(target), \(parameter.rawValue): \(value(of: parameter))"
  }

  /// A value of a parameter.
  static func value(of parameter: FaultParameter.Kind) -> String {
    switch parameter {
    case .conditions: "{delay: 10ms}"
    case .mirroring: "{replicas: 2}"
    case .queues: "quorum"
    case .step: "0"
    }
  }
}
