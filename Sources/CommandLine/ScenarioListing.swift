import ArgumentParser
import Scenarios

/// `stoat scenarios`: the library of fault schedules, and what one is written like.
struct ScenarioListing: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenarios",
    abstract: "List the scenarios for --schedule, or print one.",
    discussion: """
      With a name, or a file of your own, prints the YAML of that scenario; a file that is none \
      gives exit code 65 and says what is wrong with it. docs/scenarios.md tells how to write one.
      """)

  @Argument(help: "The name of a scenario, or a YAML file.")
  var scenario: String?

  @Flag(help: "Print the JSON Schema of scenarios instead.")
  var schema = false

  @Flag(help: "Print only the names, one a line, for scripts.")
  var names = false

  func validate() throws {
    if schema, scenario != nil || names { throw ValidationError("--schema stands alone") }
  }

  func run() throws {
    if schema {
      Terminal.say(String(ScenarioSchema.text.dropLast()))
    } else if let scenario {
      let found = try ScenarioFile.find(scenario)
      _ = try ScenarioFile.options(of: found)
      Terminal.say(found.yaml)
    } else {
      for scenario in ScenarioLibrary.all {
        Terminal.say(names ? scenario.name : Self.entry(scenario))
      }
    }
  }

  private static let nameWidth = 20

  /// A scenario as the list has it: name, summary, and what RabbitMQ makes of it.
  private static func entry(_ scenario: Scenario) -> String {
    let margin = String(repeating: " ", count: nameWidth)
    let gap = String(repeating: " ", count: max(1, nameWidth - scenario.name.count))
    let expected = scenario.expectation.map { "\n\(margin)RabbitMQ 3.10.8: \($0)" } ?? ""
    return scenario.name + gap + scenario.summary + expected
  }
}
