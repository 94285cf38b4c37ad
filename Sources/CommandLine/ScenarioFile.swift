import Campaign
import Scenarios

/// Scenarios as the command line names them.
enum ScenarioFile {
  /// The scenario of the library with this name, or the one in this file: whatever ends in `.yaml`
  /// or `.yml` or has a slash is a file.
  static func find(_ name: String) throws -> Scenario {
    guard name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.contains("/") else {
      return try known(
        "schedule", name, among: ScenarioLibrary.all.map(\.name), ScenarioLibrary.named)
    }
    let text = try Paths.text(of: name)
    return try readable { () throws(ScenarioError) in try Scenario(yaml: text, file: name) }
  }

  /// The options that a scenario makes.
  static func options(of scenario: Scenario) throws -> PlanOptions {
    try readable { () throws(ScenarioError) in try PlanOptions(scenario) }
  }

  private static func readable<Value>(_ body: () throws(ScenarioError) -> Value) throws -> Value {
    do throws(ScenarioError) {
      return try body()
    } catch {
      throw CommandFailure(ExitStatus.corrupt, error.description)
    }
  }
}
