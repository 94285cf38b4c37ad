package import Environment
package import Harness
package import NIOCore
package import Operations
import Workloads

/// Runs one plan on a system that is up: phases, clients, faults, monitor, drain.
package struct RunExecutor: Sendable {
  /// How often the cluster is asked while the run waits for it.
  static let pollInterval = Duration.milliseconds(250)
  /// How often the cluster is watched during the run.
  static let monitorInterval = Duration.seconds(1)

  let plan: TestPlan
  let system: any Harness.System
  let loop: any EventLoop
  let clock: MonotonicClock
  let connect: Connect
  let watch: @Sendable (RunSignal) -> Void

  /// Makes a session to a node.
  package typealias Connect =
    @Sendable (NodeID, _ name: String, any EventLoop, @escaping (SessionEvent) -> Void) ->
    any BrokerSession

  /// An executor; `watch` is told what happens, from any thread, for progress lines.
  package init(
    plan: TestPlan, system: any Harness.System, loop: any EventLoop, clock: MonotonicClock,
    connect: @escaping Connect, watch: @escaping @Sendable (RunSignal) -> Void
  ) {
    self.plan = plan
    self.system = system
    self.loop = loop
    self.clock = clock
    self.connect = connect
    self.watch = watch
  }

  /// The header of the run's history.
  package func header(origin: Int64, clients: [ClientPlan], system: String) -> HistoryHeader {
    HistoryHeader(
      name: plan.name, seed: plan.seed, system: system, originUnixNanoseconds: origin,
      nodes: plan.nodes, queues: plan.queueDescriptions, clients: clients.map(\.description))
  }

  /// The clients of the plan's workload; throws if the plan names a workload that is not there.
  package func clients() throws(SystemFailure) -> [ClientPlan] {
    guard let type = WorkloadCatalogue.named(plan.workload.name) else {
      throw SystemFailure(.failed, "the plan's workload \(plan.workload.name) does not exist")
    }
    return type.init(seed: plan.seed, parameters: plan.workload.settings)
      .clients(nodes: plan.nodes, queues: plan.queueDescriptions)
  }

  /// Runs the plan. Every event goes to `recorder`, on the event loop. What goes wrong without
  /// making the run worthless is returned as warnings.
  package func run(
    clients: [ClientPlan], recorder: @escaping @Sendable (TimedEvent) -> Void
  ) async throws -> RunOutcome {
    try await declare()
    let connect = connect
    let watch = watch
    let occasions = Occasions(plan.schedule, queues: plan.queueDescriptions)
    let host = ClientHost(
      loop: loop, clock: clock, clients: clients, queues: plan.queueDescriptions,
      makeSession: { client, loop, report in
        connect(client.node, "\(client.role.rawValue)-\(client.id)", loop, report)
      },
      sink: { event in
        recorder(event)
        occasions.observe(event.event)
        switch event.event {
        case .fault, .broker, .phase: watch(.event(event))
        default: break
        }
      })
    var warnings: [String] = []
    try await host.enter(.setup)
    try await host.start()
    let phases = RunPhases(executor: self, host: host, occasions: occasions)
    do {
      warnings = try await phases.run()
    } catch {
      try? await host.stop()
      throw error
    }
    let lag = try await host.snapshot().largestLag
    return RunOutcome(warnings: warnings, largestLag: lag)
  }

  private func declare() async throws {
    try await system.prepare(plan.queues)
    let connect = connect
    let leader = plan.leader
    // RabbitMQ's own default is three members, however many nodes there are.
    let queues = plan.queues.map { queue in
      var queue = queue
      queue.groupSize = queue.replicas(among: plan.cluster.nodes)
      return queue
    }
    try await QueueDeclarer.declare(
      queues, loop: loop, timeout: plan.deadlines.open,
      makeSession: { loop, report in connect(leader, "declare", loop, report) })
    try await awaitReplicas()
  }

  /// Waits until every queue has all its replicas and is led by the planned node.
  private func awaitReplicas() async throws {
    guard let inspected = system as? any QueueInspection else { return }
    let deadline = Deadline(after: plan.deadlines.open, from: clock.now())
    var trouble = ""
    while !deadline.hasPassed(at: clock.now()) {
      do throws(SystemFailure) {
        let states = try await inspected.queueStates(plan.queues.map(\.name), on: plan.leader)
        trouble = placementTrouble(states)
        if trouble.isEmpty { return }
      } catch {
        trouble = error.description
      }
      try await Task.sleep(for: Self.pollInterval)
    }
    throw SystemFailure(
      .timedOut, "the queues were declared on \(plan.leader) but are not ready: \(trouble)")
  }

  private func placementTrouble(_ states: [QueueState]) -> String {
    for queue in plan.queues {
      guard let state = states.first(where: { $0.name == queue.name }) else {
        return "\(queue.name) is unknown"
      }
      guard state.leader == plan.leader else {
        return "\(queue.name) is led by \(state.leader?.description ?? "nobody")"
      }
      let wanted = queue.replicas(among: plan.cluster.nodes)
      let ready = state.replicas.count { $0.online && $0.synchronised }
      if ready < wanted { return "\(queue.name) has \(ready) of \(wanted) replicas ready" }
    }
    return ""
  }
}

extension QueuePlan {
  /// How many replicas the queue has in a whole cluster of `nodes`.
  func replicas(among nodes: Int) -> Int {
    switch kind {
    case .plain: 1
    case .mirrored: mirroring.replicas == 0 ? nodes : min(nodes, mirroring.replicas)
    case .quorum: groupSize == 0 ? nodes : min(nodes, groupSize)
    }
  }
}

/// What a run tells while it goes on.
package enum RunSignal: Sendable {
  /// An event of the history that is about a fault, the broker or a phase.
  case event(TimedEvent)
  /// Counters, about twice a second.
  case snapshot(Snapshot)
}

/// How a run ended.
package struct RunOutcome: Hashable, Sendable {
  /// What went wrong without making the run worthless, for people.
  package var warnings: [String]
  /// By how much the event loop was late at worst.
  package var largestLag: Duration
}
