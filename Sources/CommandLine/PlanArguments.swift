import ArgumentParser
import Campaign
import Environment
import Harness
import Operations
import Scenarios
import Systems
import Workloads

/// The options that make a plan: what is given here overrides the scenario, which overrides what
/// is usual.
struct PlanArguments: ParsableArguments {
  @Option(help: "The seed of all draws: decimal, or hexadecimal after 0x.")
  var seed = Seed(value: 1)

  @Option(
    help: """
      The faults: a scenario's name, see stoat scenarios, or a YAML file of your own (usually \
      losing; with --attach none).
      """)
  var schedule: String?

  @Option(
    help: """
      The queue kinds, separated by commas (usually plain,mirrored,quorum; with --attach \
      plain,quorum).
      """)
  var kinds: String?

  @Option(help: "The number of nodes (usually \(Scenario.usualNodes)).")
  var nodes: Int?

  @Option(help: "What nodes do in a partition: ignore (usual), pause_minority, autoheal.")
  var partitionHandling: String?

  @Option(
    help: """
      After how long without a sign of life a peer counts as down (usually 5s; RabbitMQ: 60s). The \
      times of the schedule grow with it.
      """)
  var netTick: TimeSpan?

  @Option(help: "The replicas of a mirrored queue; 0 for all nodes (usual).")
  var mirrors: Int?

  @Option(help: "How new mirrors are synchronised: manual, automatic (usual).")
  var syncMode: String?

  @Option(help: "Which mirrors may be promoted: always (usual), when-synced.")
  var promoteOnFailure: String?

  @Option(help: "The initial members of a quorum queue; 0 for all nodes (usual).")
  var groupSize: Int?

  @Option(help: "The workload (usually queue): \(Self.workloads.joined(separator: ", ")).")
  var workload: String?

  @Option(
    name: .customLong("set"),
    help: "A parameter of the workload, as name=value; may be repeated. See stoat plan --help.")
  var settings: [Assignment] = []

  @Option(help: "The length of the load phase, instead of the scenario's.")
  var load: TimeSpan?

  @Option(help: "The longest a node may take to boot before it is killed and started once more.")
  var bootDeadline: TimeSpan?

  private static let workloads = WorkloadCatalogue.all.map { $0.name }

  /// The options as the campaign takes them; throws for values that cannot be.
  ///
  /// On a cluster at `addresses`, which belongs to somebody else, what cannot be done there is not
  /// asked for unless the user does.
  func options(attachedTo addresses: [AttachedAddress]) throws -> PlanOptions {
    let isAttached = !addresses.isEmpty
    let usual = isAttached ? ScenarioLibrary.none : ScenarioLibrary.losing
    var options = try ScenarioFile.options(of: ScenarioFile.find(schedule ?? usual.name))
    options.seed = seed.value
    let kinds = kinds ?? (isAttached ? "plain,quorum" : "plain,mirrored,quorum")
    options.kinds = try kinds.split(separator: ",").map {
      try Self.choice("queue kind", String($0))
    }
    if isAttached { options.cluster.nodes = addresses.count }
    guard !options.kinds.isEmpty, Set(options.kinds).count == options.kinds.count else {
      throw CommandFailure(ExitStatus.usage, "--kinds needs at least one kind, each at most once")
    }
    try resolveCluster(&options)
    try resolveReplication(&options)
    try resolveWorkload(&options)
    options.load = load?.duration
    try Self.checkFit(of: options)
    return options
  }

  private func resolveCluster(_ options: inout PlanOptions) throws {
    if let nodes {
      guard (1...9).contains(nodes) else {
        throw CommandFailure(ExitStatus.usage, "--nodes takes 1 to 9, not \(nodes)")
      }
      options.cluster.nodes = nodes
    }
    if let partitionHandling {
      options.cluster.partitionHandling = try Self.choice("partition handling", partitionHandling)
    }
    if let netTick {
      guard netTick.duration >= .seconds(1) else {
        throw CommandFailure(ExitStatus.usage, "--net-tick takes at least 1s")
      }
      options.cluster.netTick = netTick.duration
    }
    if let bootDeadline { options.cluster.bootDeadline = bootDeadline.duration }
  }

  private func resolveReplication(_ options: inout PlanOptions) throws {
    let nodes = options.cluster.nodes
    for (name, value) in [("--mirrors", mirrors), ("--group-size", groupSize)] {
      guard let value, !(0...nodes).contains(value) else { continue }
      throw CommandFailure(
        ExitStatus.usage, "\(name) takes 0 to the number of nodes (\(nodes)), not \(value)")
    }
    if let mirrors { options.mirroring.replicas = mirrors }
    if let syncMode { options.mirroring.syncMode = try Self.choice("sync mode", syncMode) }
    if let promoteOnFailure {
      options.mirroring.promoteOnFailure = try Self.choice("promotion", promoteOnFailure)
    }
    if let groupSize { options.groupSize = groupSize }
  }

  private func resolveWorkload(_ options: inout PlanOptions) throws {
    if let workload {
      options.use(
        try known(
          "workload", workload, among: Self.workloads, WorkloadCatalogue.named))
    }
    for setting in settings {
      do throws(ParameterError) {
        options.set(try setting.choice.entry(of: options.workload))
      } catch {
        throw CommandFailure(ExitStatus.usage, error.description)
      }
    }
  }

  /// Throws if the scenario cannot be carried out with these nodes and queues.
  private static func checkFit(of options: PlanOptions) throws {
    let scenario = options.scenario
    let plan = options.plan()
    for step in plan.schedule.steps {
      guard case .at(let time) = step.trigger, time >= plan.load else { continue }
      throw CommandFailure(
        ExitStatus.usage,
        "the load phase of \(plan.load) ends before fault \(step.id) (\(step.fault.name)) at "
          + "\(time): --load needs more")
    }
    guard options.cluster.nodes >= scenario.fewestNodes else {
      throw CommandFailure(
        ExitStatus.usage,
        "the scenario \(scenario.name) needs at least \(scenario.fewestNodes) nodes, "
          + "not \(options.cluster.nodes)")
    }
    for kind in scenario.kinds where !options.kinds.contains(kind) {
      throw CommandFailure(
        ExitStatus.usage,
        "the scenario \(scenario.name) is aimed at a \(kind.rawValue) queue: "
          + "--kinds has to have \(kind.rawValue)")
    }
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ what: String, _ name: String
  ) throws -> Choice {
    try known(what, name, among: Choice.allCases.map(\.rawValue)) { Choice(rawValue: $0) }
  }
}
