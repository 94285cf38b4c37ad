import ArgumentParser
import Campaign
import Environment
import Harness
import Operations
import Workloads

/// The options that make a plan.
struct PlanArguments: ParsableArguments {
  @Option(help: "The seed of all draws: decimal, or hexadecimal after 0x.")
  var seed = Seed(value: 1)

  @Option(help: "The fault schedule: \(NamedSchedule.all.map(\.name).joined(separator: ", ")).")
  var schedule = "losing"

  @Option(help: "The queue kinds, separated by commas.")
  var kinds = "plain,mirrored,quorum"

  @Option(help: "The number of nodes.")
  var nodes = 3

  @Option(help: "What nodes do in a partition: ignore, pause_minority, autoheal.")
  var partitionHandling = "ignore"

  @Option(help: "After how long without a sign of life a peer counts as down (RabbitMQ: 60s).")
  var netTick: TimeSpan?

  @Option(help: "The replicas of a mirrored queue; 0 for all nodes.")
  var mirrors = 0

  @Option(help: "How new mirrors are synchronised: manual, automatic.")
  var syncMode = "automatic"

  @Option(help: "Which mirrors may be promoted: always, when-synced.")
  var promoteOnFailure = "always"

  @Option(help: "The initial members of a quorum queue; 0 for all nodes.")
  var groupSize = 0

  @Option(help: "The workload: \(WorkloadCatalogue.all.map { $0.name }.joined(separator: ", ")).")
  var workload = "queue"

  @Option(
    name: .customLong("set"),
    help: "A parameter of the workload, as name=value; may be repeated. See stoat plan --help.")
  var settings: [Assignment] = []

  @Option(help: "The length of the load phase, instead of the schedule's.")
  var load: TimeSpan?

  @Option(help: "The longest a node may take to boot before it is killed and started once more.")
  var bootDeadline: TimeSpan?

  /// The options as the campaign takes them; throws for values that cannot be.
  func options() throws -> PlanOptions {
    var options = PlanOptions()
    options.seed = seed.value
    options.schedule = try known(
      "schedule", schedule, among: NamedSchedule.all.map(\.name), NamedSchedule.named)
    options.kinds = try kinds.split(separator: ",").map {
      try Self.choice("queue kind", String($0))
    }
    guard !options.kinds.isEmpty, Set(options.kinds).count == options.kinds.count else {
      throw CommandFailure(ExitStatus.usage, "--kinds needs at least one kind, each at most once")
    }
    try resolveCluster(&options)
    options.workload = try known(
      "workload", workload, among: WorkloadCatalogue.all.map { $0.name }, WorkloadCatalogue.named)
    options.parameters = try settings.map { try parameter($0, of: options.workload) }
    options.load = load?.duration
    return options
  }

  private func resolveCluster(_ options: inout PlanOptions) throws {
    guard (1...9).contains(nodes) else {
      throw CommandFailure(ExitStatus.usage, "--nodes takes 1 to 9, not \(nodes)")
    }
    for (name, value) in [("--mirrors", mirrors), ("--group-size", groupSize)]
    where !(0...nodes).contains(value) {
      throw CommandFailure(
        ExitStatus.usage, "\(name) takes 0 to the number of nodes (\(nodes)), not \(value)")
    }
    options.cluster.nodes = nodes
    options.cluster.partitionHandling = try Self.choice("partition handling", partitionHandling)
    options.mirroring.replicas = mirrors
    options.mirroring.syncMode = try Self.choice("sync mode", syncMode)
    options.mirroring.promoteOnFailure = try Self.choice("promotion", promoteOnFailure)
    options.groupSize = groupSize
    if let netTick {
      guard netTick.duration >= .seconds(1) else {
        throw CommandFailure(ExitStatus.usage, "--net-tick takes at least 1s")
      }
      options.cluster.netTick = netTick.duration
    }
    if let bootDeadline { options.cluster.bootDeadline = bootDeadline.duration }
  }

  private func parameter(
    _ setting: Assignment, of workload: any Workload.Type
  ) throws -> WorkloadSettings.Entry {
    let parameters = workload.parameters
    let parameter = try known(
      "parameter of the workload \(workload.name)", setting.name, among: parameters.map(\.name)
    ) { name in parameters.first { $0.name == name } }
    guard parameter.range.contains(setting.value) else {
      throw CommandFailure(
        ExitStatus.usage,
        "\(setting.name) takes \(parameter.range.lowerBound) to \(parameter.range.upperBound), "
          + "not \(setting.value)")
    }
    return WorkloadSettings.Entry(setting.name, setting.value)
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ what: String, _ name: String
  ) throws -> Choice {
    try known(what, name, among: Choice.allCases.map(\.rawValue)) { Choice(rawValue: $0) }
  }
}
