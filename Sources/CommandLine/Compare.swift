import ArgumentParser
import Campaign
import CanonicalJSON
import Harness
import Report
import Scenarios

/// `stoat compare`: the main job.
struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run plain, mirrored and quorum queues under the same seeded workload and faults.",
    discussion: """
      Boots a fresh cluster under relays, as an ordinary user; runs a control without faults, then \
      the schedule; drains, checks, takes everything down and prints what each queue kind lost. \
      Everything of the run is kept in a directory of its own under --runs-directory.
      """)

  @OptionGroup(title: "Plan") var plan: PlanArguments
  @OptionGroup(title: "System") var system: SystemArguments
  @OptionGroup(title: "Output") var output: OutputArguments

  @Flag(help: "Leave out the control run without faults.")
  var noControl = false

  func run() async throws {
    let options = try plan.options(attachedTo: system.addresses())
    try await Job(
      plan: options.plan(), control: noControl ? nil : options.controlPlan(),
      reproduce: "stoat compare " + reproduction, system: system, output: output,
      scenarioExpectation: options.scenario.expectation
    ).run()
  }

  /// The options that make the same plan on the same system.
  private var reproduction: String {
    Reproduction(arguments: Swift.CommandLine.arguments.dropFirst(2).map { $0 }).text
  }
}

/// `stoat test`: one plan on one system.
struct Test: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run one plan, as stoat plan prints it or a run directory keeps it, on one system.")

  @Argument(help: "The plan: a plan.json, or the directory of an earlier run.")
  var planFile: String

  @OptionGroup(title: "System") var system: SystemArguments
  @OptionGroup(title: "Output") var output: OutputArguments

  func run() async throws {
    let plan = try PlanFile.read(planFile)
    try await Job(
      plan: plan, control: nil,
      reproduce: "stoat test "
        + Reproduction(
          arguments: Array(Swift.CommandLine.arguments.dropFirst(2)), isPlan: true
        ).text, system: system, output: output
    ).run()
  }
}

/// `stoat plan`: prints a plan without running it.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the plan that these options make; stoat test runs it.",
    discussion: "Workload parameters for --set:\n" + parameterHelp)

  @OptionGroup(title: "Plan") var plan: PlanArguments

  @Flag(help: "The plan of the control run instead.")
  var control = false

  func run() throws {
    let options = try plan.options(attachedTo: [])
    let resolved = control ? options.controlPlan() : options.plan()
    Terminal.say(resolved.canonicalText)
  }
}
